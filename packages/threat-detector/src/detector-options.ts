import { checkKeys, invalid, nearest } from '@beddel/core'
import type { AnalyzeOptions } from './analyze.js'
import { RULES } from './rules/index.js'
import type { TrustedSigners } from './signature-check.js'

export interface DetectorOptions {
  /**
   * `true`: a source without a valid signature of a trusted signer is blocked, whatever is found in it; a signature makes nothing
   * harmless either. Needs `trustedSigners`. Default false.
   */
  enableCodeSigning?: boolean
  /** Public keys, or a registry of signers. */
  trustedSigners?: TrustedSigners
  /** The score from which a source is blocked, 1 to 100. Default 80. */
  blockThreshold?: number
  /** Ids of rules that do not count. Default none. */
  ignore?: readonly string[]
  /** The longest source that is looked at, in UTF-16 units; a longer one is blocked. Default 4 Mi. */
  maxLength?: number
  /** How many answers are kept. 0 keeps none. Default 1,000. */
  cacheSize?: number
}

export interface CheckedOptions extends AnalyzeOptions {
  cacheSize: number
  enableCodeSigning: boolean
}

const KEYS = ['blockThreshold', 'ignore', 'maxLength', 'cacheSize', 'enableCodeSigning', 'trustedSigners']

/** @throws `BEDDEL_INVALID_OPTION` */
export function checkedOptions(given: DetectorOptions): CheckedOptions {
  if (typeof given !== 'object' || given === null) throw invalid('options', 'must be an object', given)
  checkKeys(given, KEYS, 'options')
  const { ignore = [], enableCodeSigning = false } = given
  if (typeof enableCodeSigning !== 'boolean') throw invalid('enableCodeSigning', 'must be true or false', enableCodeSigning)
  if (enableCodeSigning && given.trustedSigners === undefined) {
    throw invalid('trustedSigners', 'is needed with enableCodeSigning: without signers every source is blocked')
  }
  if (!Array.isArray(ignore)) throw invalid('ignore', 'must be an array of ids of rules', ignore)
  const ids = RULES.map(({ id }) => id)
  ignore.forEach((id: string, i) => {
    if (ids.includes(id)) return
    const near = typeof id === 'string' ? nearest(id, ids) : undefined
    throw invalid(`ignore[${i}]`, `must be the id of a rule${near ? ` (did you mean "${near}"?)` : ''}`, id)
  })
  return {
    blockThreshold: whole('blockThreshold', given.blockThreshold, 80, 1, 100),
    ignore: [...ignore],
    maxLength: whole('maxLength', given.maxLength, 4 * 1024 * 1024, 1, 2 ** 28),
    enableCodeSigning,
    cacheSize: whole('cacheSize', given.cacheSize, 1_000, 0, 1_000_000),
  }
}

function whole(key: string, given: unknown, otherwise: number, from: number, to: number): number {
  if (given === undefined) return otherwise
  if (!Number.isSafeInteger(given) || (given as number) < from || (given as number) > to) {
    throw invalid(key, `must be a whole number from ${from} to ${to}`, given)
  }
  return given as number
}
