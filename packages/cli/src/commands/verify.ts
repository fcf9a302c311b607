import type { JudgedSignature, Report } from '@beddel/threat-detector'
import { EXIT } from '../exit-codes.js'
import { printErr, printOut, UsageError } from '../print.js'
import { publicKeyFileOf, registryAt, type Signing, smallFileOf, sourceOf, withSigning } from '../signing/load.js'

export interface VerifyFlags {
  signatures?: string
  registry?: string
  publicKey?: string
  require?: string
  effect?: string
  effectVersion?: string
  at?: string
  json?: boolean
}

/** Verifies the signatures of one file; returns the exit code: 1 where they do not suffice. */
export function verify(file: string, flags: VerifyFlags): Promise<number> {
  return withSigning(async (signing) => {
    const { registry, publicKey, require, effect, effectVersion: version, at, json } = flags
    // Never one that lies about: whoever brings the file could bring its registry too.
    if ((registry === undefined) === (publicKey === undefined)) throw new UsageError('Give either --registry or --public-key.')
    if (publicKey !== undefined && require !== undefined) throw new UsageError('--require goes with --registry.')
    const code = await sourceOf(file)
    const signatures = (await smallFileOf(flags.signatures ?? `${file}.sig.json`, 'The file of signatures')).toString()
    const expected = { ...(effect !== undefined && { effect }), ...(version !== undefined && { version }), ...(at !== undefined && { at }) }
    const report =
      registry === undefined
        ? await byOneKey(signing, code, signatures, await publicKeyFileOf(publicKey as string), expected)
        : await (await registryAt(signing, registry)).verify(code, signatures, { require: required(require), ...expected })
    if (json === true) printOut(JSON.stringify(report, null, 2))
    else say(file, report)
    return report.accepted ? EXIT.ok : EXIT.guest
  })
}

/** A registry of one: what the file needs is one signature of this key. */
async function byOneKey(
  { SignerRegistry }: Signing,
  code: string,
  signatures: string,
  publicKey: Uint8Array,
  expected: { effect?: string; version?: string; at?: string },
): Promise<Report> {
  const registry = new SignerRegistry()
  await registry.add({ name: 'key', publicKey })
  return registry.verify(code, signatures, { require: 1, ...expected })
}

/** A number of signers, or the name of a requirement. */
function required(given: string | undefined): string | number {
  if (given === undefined) return 1
  return /^\d+$/.test(given) ? Number(given) : given
}

function say(file: string, { accepted, reason, message, signatures }: Report): void {
  const lines = signatures.map((one) => `  ${one.valid ? 'counts ' : 'refused'} ${about(one)}`)
  if (accepted) printOut([`${file}: ${message}`, ...lines].join('\n'))
  else printErr([`${file}: ${reason}: ${message}`, ...lines].join('\n'))
}

function about({ keyId = 'no key', signer, code, statement }: JudgedSignature): string {
  const who = signer === undefined || signer === 'key' ? keyId : `${signer} (${keyId})`
  if (statement === undefined) return `${who}: ${code}`
  const { effect, version, notBefore, notAfter } = statement
  const said = Object.entries({ effect, version, 'not before': notBefore, 'not after': notAfter }).filter(
    ([, value]) => value !== undefined,
  )
  return said.length === 0 ? who : `${who}: ${said.map(([name, value]) => `${name} ${value}`).join(', ')}`
}
