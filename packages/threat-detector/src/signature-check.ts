import { invalid } from '@beddel/core'
import { type CodeSignature, keyIdOf, type PublicKeyInput, type SignerRegistry, verifyCode } from './signing/index.js'

/** What comes with a source to vouch for it. */
export interface GivenSignature {
  /** One signature of the source. */
  signature?: CodeSignature | undefined
  /** Whose it is to be. Default: whichever of the trusted signers made it. */
  publicKey?: PublicKeyInput | undefined
}

/** Who is trusted: public keys, or a registry, which knows of time and revocation too. */
export type TrustedSigners = readonly PublicKeyInput[] | SignerRegistry

export interface SignatureAnswer {
  /** The signature is one of this very source, made by the key that was named or by a trusted one. */
  valid: boolean
  /** And that key is trusted. */
  trusted: boolean
}

/** Checks signatures against the signers that a detector trusts. */
export class SignatureCheck {
  #keyIds: Promise<Map<string, PublicKeyInput>> | undefined

  constructor(readonly trusted: TrustedSigners | undefined) {
    if (trusted !== undefined && !Array.isArray(trusted) && typeof (trusted as SignerRegistry).verify !== 'function') {
      throw invalid('trustedSigners', 'must be an array of public keys, or a SignerRegistry', trusted)
    }
  }

  /** Rejects with a `SigningError` where a key or the registry cannot be read. */
  async of(code: string, { signature, publicKey }: GivenSignature): Promise<SignatureAnswer> {
    if (signature === undefined) return { valid: false, trusted: false }
    if (publicKey !== undefined) {
      const { valid } = await verifyCode(code, signature, { publicKey })
      return { valid, trusted: valid && (await this.#trusts(code, signature, await keyIdOf(publicKey))) }
    }
    const { trusted } = this
    if (trusted === undefined) throw invalid('publicKey', 'is needed to check a signature where the detector has no trustedSigners')
    if (isRegistry(trusted)) {
      const valid = await this.#trusts(code, signature, signature.keyId)
      return { valid, trusted: valid }
    }
    const key = (await this.#keys(trusted)).get(signature.keyId)
    const valid = key !== undefined && (await verifyCode(code, signature, { publicKey: key })).valid
    return { valid, trusted: valid }
  }

  async #trusts(code: string, signature: CodeSignature, keyId: string): Promise<boolean> {
    const { trusted } = this
    if (trusted === undefined) return false
    if (!isRegistry(trusted)) return (await this.#keys(trusted)).has(keyId)
    return (await trusted.verify(code, [signature], { require: 1 })).accepted
  }

  #keys(trusted: readonly PublicKeyInput[]): Promise<Map<string, PublicKeyInput>> {
    this.#keyIds ??= Promise.all(trusted.map(async (key) => [await keyIdOf(key), key] as const)).then((pairs) => new Map(pairs))
    return this.#keyIds
  }
}

const isRegistry = (trusted: TrustedSigners): trusted is SignerRegistry => !Array.isArray(trusted)
