import { checkKeys, invalid, unsupported } from '@beddel/core'

/** The effect (plugin, transformation, script of a tenant) that a run is for, under its own name. */
export interface EffectReference {
  /** 1 to 200 characters. */
  id: string
  /** 1 to 200 characters. Absent: whichever. */
  version?: string
}

/**
 * What is said of a run for those who judge it or record it: no engine and no guest sees it. What nobody would look at is
 * refused (`BEDDEL_OPTION_UNSUPPORTED`).
 */
export interface Evidence {
  /** What the source is run as: for policies and for the audit log. */
  effect?: EffectReference
  /** Signatures of the source, in whatever form the policy that checks them takes. The adapter does not look inside. */
  signatures?: unknown
  /** Who asked for the run, a user or a service, in 1 to 200 characters: for the audit log. */
  who?: string
}

export const EVIDENCE_KEYS: readonly (keyof Evidence)[] = ['effect', 'signatures', 'who']

/** Who is there to look at it. */
interface Readers {
  policed: boolean
  audited: boolean
}

/** Checked and copied. */
export function evidenceOf({ effect, signatures, who }: Evidence, { policed, audited }: Readers): Evidence {
  if (effect === undefined && signatures === undefined && who === undefined) return NONE
  if (signatures !== undefined && !policed) throw unread('signatures', 'policies', 'Give it one as policies')
  if (who !== undefined && !audited) throw unread('who', 'the audit log', 'Give it one as audit')
  if (effect !== undefined && !policed && !audited) throw unread('effect', 'policies and the audit log', 'Give it policies or audit')
  if (who !== undefined && !isLabel(who)) throw invalid('who', 'must be a string of 1 to 200 characters', who)
  return {
    ...(effect !== undefined && { effect: checkedEffect(effect) }),
    ...(signatures !== undefined && { signatures }),
    ...(who !== undefined && { who }),
  }
}

const unread = (key: string, whose: string, fix: string) =>
  unsupported(key, `is for ${whose}, and this adapter has none that could look at it. ${fix}, or leave this out.`)

const NONE: Evidence = Object.freeze({})

function checkedEffect(effect: unknown): EffectReference {
  if (typeof effect !== 'object' || effect === null) throw invalid('effect', 'must be { id, version }', effect)
  checkKeys(effect, ['id', 'version'], 'effect')
  const { id, version } = effect as Record<string, unknown>
  if (!isLabel(id)) throw invalid('effect.id', 'must be a string of 1 to 200 characters', id)
  if (version === undefined) return { id }
  if (!isLabel(version)) throw invalid('effect.version', 'must be a string of 1 to 200 characters', version)
  return { id, version }
}

function isLabel(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && text.length <= 200
}
