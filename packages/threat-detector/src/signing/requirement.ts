import { checkKeys, invalid } from '@beddel/core'
import { MOST_SIGNATURES } from './signature-file.js'

/** How many signers must have signed, and who counts: m of n. */
export interface Requirement {
  /** So many different signers. 1 to 32. */
  threshold: number
  /** The names whose signatures count. Absent: everybody in the registry. */
  signers?: string[]
}

/** A requirement, the name of one in the registry, or a number of signers, whoever they are. */
export type RequirementInput = Requirement | string | number

/** A requirement that was checked, or the name of one. */
export function checkedRequirement(given: RequirementInput, path = 'require'): Requirement | string {
  if (typeof given === 'number') return { threshold: threshold(path, given) }
  if (typeof given === 'string') return signerName(path, given)
  if (typeof given !== 'object' || given === null) throw invalid(path, 'must be a number, a name or { threshold, signers }', given)
  checkKeys(given, ['threshold', 'signers'], path)
  const { signers } = given
  const most = signers === undefined ? MOST_SIGNATURES : namesOf(signers, `${path}.signers`).length
  return { threshold: threshold(`${path}.threshold`, given.threshold, most), ...(signers && { signers: [...signers] }) }
}

/** Names of signers and requirements: plain, and never to be taken for the id of a key. */
export function signerName(path: string, given: unknown): string {
  if (isSignerName(given)) return given
  throw invalid(path, 'must be a name: 1 to 100 letters, digits and ._@+-, and not 64 hex digits', given)
}

export function isSignerName(given: unknown): given is string {
  return typeof given === 'string' && /^[\w.@+-]{1,100}$/.test(given) && !/^[0-9a-f]{64}$/.test(given) && given !== '__proto__'
}

/** Whether data from outside is a requirement. */
export function isRequirement(given: unknown): given is Requirement {
  try {
    return typeof checkedRequirement(given as Requirement) === 'object' && typeof given === 'object'
  } catch {
    return false
  }
}

function namesOf(given: unknown, path: string): readonly string[] {
  if (!Array.isArray(given) || given.length === 0) throw invalid(path, 'must be a list of names', given)
  given.forEach((name, i) => void signerName(`${path}[${i}]`, name))
  if (new Set(given).size < given.length) throw invalid(path, 'names somebody twice')
  return given as string[]
}

function threshold(path: string, given: unknown, most = MOST_SIGNATURES): number {
  if (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= most) return given as number
  throw invalid(path, `must be a whole number from 1 to ${most}`, given)
}
