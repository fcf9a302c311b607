import { rmSync } from 'node:fs'
import type { Signer } from '@beddel/threat-detector'
import { EXIT } from '../exit-codes.js'
import { printOut, UsageError } from '../print.js'
import { publicKeyFileOf, registryAt, smallFileOf, withSigning } from '../signing/load.js'
import { writeNew } from '../signing/write-new.js'

export interface GenerateFlags {
  out?: string
  public?: string
  format: 'pem' | 'jwk'
  print?: boolean
  json?: boolean
}

/** Makes a key: the private half into a file that nobody else may read, the public one beside it. */
export function generate({ out, public: publicOut, format, print, json }: GenerateFlags): Promise<number> {
  return withSigning(async ({ generateKeyPair }) => {
    if ((out === undefined) === (print !== true)) throw new UsageError('Give --out and a file for the private key, or --print to see it.')
    const { keyId, publicKey, privateKey } = await generateKeyPair(format)
    if (out === undefined) {
      if (publicOut !== undefined) writeNew(publicOut, written(publicKey), 0o644)
      printOut(
        json === true ? JSON.stringify({ keyId, publicKey: shown(publicKey), privateKey: shown(privateKey) }, null, 2) : shown(privateKey),
      )
      return EXIT.ok
    }
    const publicKeyFile = publicOut ?? `${out}.pub`
    writeNew(out, written(privateKey), 0o600)
    try {
      writeNew(publicKeyFile, written(publicKey), 0o644)
    } catch (error) {
      // No private key is left lying about that nobody knows the other half of.
      rmSync(out)
      throw error
    }
    if (json === true) printOut(JSON.stringify({ keyId, privateKeyFile: out, publicKeyFile }, null, 2))
    else printOut(`${keyId}\n  private ${out}\n  public  ${publicKeyFile}`)
    return EXIT.ok
  })
}

export interface ShowFlags {
  format: 'pem' | 'raw' | 'jwk'
  private?: boolean
  json?: boolean
}

/** The id of a key and its public half, of a file that has either half; the private half only where it is asked for. */
export function show(file: string, { format, private: alsoPrivate, json }: ShowFlags): Promise<number> {
  return withSigning(async ({ exportPrivateKey, exportPublicKey, keyIdOf, publicKeyOf }) => {
    const bytes = await smallFileOf(file, 'The key')
    const text = bytes.toString()
    const jwk = text.trimStart().startsWith('{') && /"d"\s*:/.test(text)
    // 32 bytes are a private key: nobody's secret is printed because it could be the other half.
    const isPrivate = bytes.length === 32 || jwk || /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)
    if (alsoPrivate === true && !isPrivate) throw new UsageError(`There is no private key in ${file}.`)
    const half = isPrivate ? await publicKeyOf(bytes) : bytes
    const keyId = await keyIdOf(half)
    const publicKey = shown(await exportPublicKey(half, format))
    const privateKey = alsoPrivate === true ? shown(await exportPrivateKey(bytes, format)) : undefined
    if (json === true) printOut(JSON.stringify({ keyId, publicKey, privateKey }, null, 2))
    else printOut([keyId, publicKey, ...(privateKey === undefined ? [] : [privateKey])].join('\n'))
    return EXIT.ok
  })
}

export interface RegistryFlags {
  registry: string
  json?: boolean
}

export function list({ registry, json }: RegistryFlags): Promise<number> {
  return withSigning(async (signing) => {
    const data = await (await registryAt(signing, registry)).data()
    if (json === true) printOut(JSON.stringify(data, null, 2))
    else {
      const requirements = Object.entries(data.requirements).map(
        ([name, { threshold, signers }]) => `${name}: ${threshold} of ${signers?.join(', ') ?? 'all signers'}`,
      )
      printOut([...data.signers.flatMap(lines), ...requirements].join('\n'))
    }
    return EXIT.ok
  })
}

export interface WindowFlags extends RegistryFlags {
  notBefore?: string
  notAfter?: string
}

export function add(name: string, file: string, { registry, json, notBefore, notAfter }: WindowFlags): Promise<number> {
  return withSigning(async (signing) => {
    const publicKey = await publicKeyFileOf(file)
    return told(await (await registryAt(signing, registry, true)).add({ name, publicKey, notBefore, notAfter }), json)
  })
}

export function rotate(name: string, file: string, { registry, json, ...window }: WindowFlags & { oldNotAfter?: string }): Promise<number> {
  return withSigning(async (signing) => {
    const { notBefore, notAfter, oldNotAfter } = window
    const publicKey = await publicKeyFileOf(file)
    return told(await (await registryAt(signing, registry)).rotate(name, publicKey, { notBefore, notAfter, oldNotAfter }), json)
  })
}

export function revoke(
  nameOrKeyId: string,
  { registry, json, reason, at }: RegistryFlags & { reason: string; at?: string },
): Promise<number> {
  return withSigning(async (signing) => told(await (await registryAt(signing, registry)).revoke(nameOrKeyId, { reason, at }), json))
}

export interface RequireFlags extends RegistryFlags {
  threshold?: number
  signers?: string[]
  remove?: boolean
}

/** Keeps an m-of-n requirement under a name, or takes it away. */
export function requireSigners(name: string, { registry, json, threshold, signers, remove }: RequireFlags): Promise<number> {
  return withSigning(async (signing) => {
    if ((threshold === undefined) === (remove !== true)) throw new UsageError('Give either --threshold or --remove.')
    const known = await registryAt(signing, registry)
    if (threshold === undefined) await known.removeRequirement(name)
    else await known.setRequirement(name, { threshold, ...(signers && { signers }) })
    const requirement = threshold === undefined ? null : { threshold, signers }
    if (json === true) printOut(JSON.stringify({ name, requirement }, null, 2))
    else printOut(threshold === undefined ? `${name}: removed` : `${name}: ${threshold} of ${signers?.join(', ') ?? 'all signers'}`)
    return EXIT.ok
  })
}

function told(signer: Signer, json: boolean | undefined): number {
  printOut(json === true ? JSON.stringify(signer, null, 2) : lines(signer).join('\n'))
  return EXIT.ok
}

function lines({ name, keys, revoked }: Signer): string[] {
  const ended = (one: Signer['revoked']): string => (one === undefined ? '' : `, revoked at ${one.at}: ${one.reason}`)
  return [
    `${name}${ended(revoked)}`,
    ...keys.map(({ keyId, notBefore, notAfter, successor, revoked: keyRevoked }) => {
      const window = `${notBefore === undefined ? '' : `, from ${notBefore}`}${notAfter === undefined ? '' : `, until ${notAfter}`}`
      return `  ${keyId}${window}${successor === undefined ? '' : `, then ${successor.slice(0, 12)}…`}${ended(keyRevoked)}`
    }),
  ]
}

/** As it goes into a file. */
const written = (key: string | Uint8Array | object): string => `${shown(key)}\n`

/** As it is printed: bytes as base64. */
function shown(key: string | Uint8Array | object): string {
  if (key instanceof Uint8Array) return Buffer.from(key).toString('base64')
  return typeof key === 'string' ? key.trimEnd() : JSON.stringify(key)
}
