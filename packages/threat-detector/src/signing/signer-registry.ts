import { checkKeys, invalid } from '@beddel/core'
import { toBase64 } from './bytes.js'
import { SigningError } from './codes.js'
import { instant, type InstantInput, type WindowInput, windowOf } from './instant.js'
import { judge, type Report } from './judge.js'
import { type PublicKeyInput, readPublicKey } from './public-key.js'
import {
  emptyRegistry,
  formatRegistry,
  parseRegistry,
  type RegistryData,
  type Revocation,
  type Signer,
  type SignerKey,
} from './registry-data.js'
import { MemoryRegistryStore, type RegistryStore } from './registry-store.js'
import { checkedRequirement, type Requirement, type RequirementInput, signerName } from './requirement.js'
import { type Expected, judgedBy } from './verify-code.js'

export interface NewSigner extends WindowInput {
  /** 1 to 100 letters, digits and `._@+-`. */
  name: string
  publicKey: PublicKeyInput
}

export interface RotateOptions extends WindowInput {
  /** Until when the old key's signatures still count. Default: from now on they do not. */
  oldNotAfter?: InstantInput
}

export interface RevokeOptions {
  /** Why, for whoever is refused. */
  reason: string
  /** From when on nothing that the key has signed counts. Default: now. */
  at?: InstantInput
}

/** What a signed source has to be, and who must have signed it. */
export interface RegistryVerifyOptions extends Expected {
  require: RequirementInput
}

/**
 * Who may sign. Every question reads the store, so that a revocation counts from the next one on, in whatever process it
 * was made. Throws {@link SigningError}s.
 */
export class SignerRegistry {
  readonly store: RegistryStore
  #read: { revision: string; data: RegistryData } | undefined

  constructor(store: RegistryStore = new MemoryRegistryStore()) {
    if (typeof store?.read !== 'function' || typeof store.update !== 'function')
      throw invalid('store', 'must be a store with read and update')
    this.store = store
  }

  /** All of it, as a copy. */
  async data(): Promise<RegistryData> {
    return structuredClone((await this.#current()).data)
  }

  /** Takes somebody in, with a first key. */
  async add(given: NewSigner): Promise<Signer> {
    checkKeys(given, ['name', 'publicKey', 'notBefore', 'notAfter'], 'signer')
    const name = signerName('name', given.name)
    const key = await keyOf(given.publicKey, given)
    return this.#change((data) => {
      if (data.signers.some((one) => one.name === name)) throw exists(`There is a signer ${name} already: rotate gives it another key.`)
      checkNewKey(data, key)
      const signer: Signer = { name, keys: [key] }
      data.signers.push(signer)
      return signer
    })
  }

  /** Gives a signer another key. The last one names it as its successor, and counts until `oldNotAfter`. */
  async rotate(name: string, publicKey: PublicKeyInput, options: RotateOptions = {}): Promise<Signer> {
    checkKeys(options, ['notBefore', 'notAfter', 'oldNotAfter'], 'rotate options')
    const key = await keyOf(publicKey, options)
    const until = instant('oldNotAfter', options.oldNotAfter ?? new Date())
    return this.#change((data) => {
      const signer = signerOf(data, name)
      if (signer.revoked !== undefined)
        throw new SigningError('SIGNER_REVOKED', `${name} was revoked: take the person in under another name.`)
      checkNewKey(data, key)
      const old = signer.keys.at(-1) as SignerKey
      old.successor = key.keyId
      if (old.notAfter === undefined || old.notAfter > until) old.notAfter = until
      signer.keys.push(key)
      return signer
    })
  }

  /** Ends a signer (by name, with every key), or one key (by its id). It cannot be taken back, and a later date does not put off an earlier one. */
  async revoke(nameOrKeyId: string, options: RevokeOptions): Promise<Signer> {
    checkKeys(options, ['reason', 'at'], 'revoke options')
    const { reason } = options
    if (typeof reason !== 'string' || reason === '' || reason.length > 500) throw invalid('reason', 'must be 1 to 500 characters', reason)
    const revocation: Revocation = { at: instant('at', options.at ?? new Date()), reason }
    return this.#change((data) => {
      const signer = data.signers.find(({ name, keys }) => name === nameOrKeyId || keys.some(({ keyId }) => keyId === nameOrKeyId))
      if (signer === undefined) throw unknown(nameOrKeyId)
      const ended = signer.name === nameOrKeyId ? signer : (signer.keys.find(({ keyId }) => keyId === nameOrKeyId) as SignerKey)
      if (ended.revoked === undefined || revocation.at < ended.revoked.at) ended.revoked = revocation
      return signer
    })
  }

  /** Keeps an m-of-n requirement under a name, in the place of an earlier one. Who is in it must be in the registry. */
  async setRequirement(name: string, requirement: Requirement): Promise<Requirement> {
    const key = signerName('name', name)
    const checked = checkedRequirement(requirement, 'requirement')
    if (typeof checked === 'string') throw invalid('requirement', 'must be { threshold, signers }', requirement)
    return this.#change((data) => {
      for (const signer of checked.signers ?? []) signerOf(data, signer)
      data.requirements[key] = checked
      return checked
    })
  }

  async removeRequirement(name: string): Promise<void> {
    await this.#change((data) => {
      if (!Object.hasOwn(data.requirements, name)) throw new SigningError('REQUIREMENT_UNKNOWN', `There is no requirement ${name}.`)
      delete data.requirements[name]
    })
  }

  /**
   * Whether enough signers have signed this source. `signatures`: a signature file's text or object, one signature, or
   * several, from anywhere. Rejects for mistakes of the caller and where the store fails; a refusal is a report.
   */
  async verify(code: string, signatures: unknown, options: RegistryVerifyOptions): Promise<Report> {
    checkKeys(options, ['require', 'effect', 'version', 'at'], 'verify options')
    const { require, ...expected } = options
    const requirement = checkedRequirement(require)
    const judged = judgedBy(code, expected)
    return judge((await this.#current()).data, signatures, requirement, judged)
  }

  async #current(): Promise<{ revision: string; data: RegistryData }> {
    const { text, revision } = await this.store.read()
    if (this.#read?.revision !== revision) {
      this.#read = { revision, data: dataOf(text, this.store.where) }
    }
    return this.#read
  }

  async #change<T>(make: (data: RegistryData) => T): Promise<T> {
    let made: T | undefined
    await this.store.update((text) => {
      const data = dataOf(text, this.store.where)
      made = make(data)
      return formatRegistry(data)
    })
    return structuredClone(made as T)
  }
}

const dataOf = (text: string | undefined, where: string): RegistryData =>
  text === undefined ? emptyRegistry() : parseRegistry(text, where)

async function keyOf(publicKey: PublicKeyInput, window: WindowInput): Promise<SignerKey> {
  const { keyId, raw } = await readPublicKey(publicKey)
  return { keyId, publicKey: toBase64(raw), ...windowOf(window) }
}

/** One key of two signers would let one of them count for both. */
function checkNewKey({ signers }: RegistryData, { keyId }: SignerKey): void {
  const owner = signers.find(({ keys }) => keys.some((key) => key.keyId === keyId))
  if (owner !== undefined) throw exists(`The key ${keyId} belongs to ${owner.name} already.`)
}

function signerOf({ signers }: RegistryData, name: string): Signer {
  const signer = signers.find((one) => one.name === name)
  if (signer === undefined) throw unknown(name)
  return signer
}

const exists = (message: string): SigningError => new SigningError('SIGNER_EXISTS', message)
const unknown = (name: string): SigningError => new SigningError('SIGNER_UNKNOWN', `The registry knows no ${name}.`)
