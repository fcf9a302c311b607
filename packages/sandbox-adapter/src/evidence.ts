import { checkKeys, invalid, unsupported } from '@beddel/core'

/** The effect (plugin, transformation, script of a tenant) that a run is for, under its own name. */
export interface EffectReference {
  /** 1 to 200 characters. */
  id: string
  /** 1 to 200 characters. Absent: whichever. */
  version?: string
}

/**
 * What is said of a source for the policies alone: no engine and no guest sees it. An adapter without policies refuses
 * both (`BEDDEL_OPTION_UNSUPPORTED`), since nobody would look at them.
 */
export interface Evidence {
  /** What the source is run as. */
  effect?: EffectReference
  /** Signatures of the source, in whatever form the policy that checks them takes. The adapter does not look inside. */
  signatures?: unknown
}

export const EVIDENCE_KEYS: readonly (keyof Evidence)[] = ['effect', 'signatures']

/** Checked and copied. `policed`: there is a policy to look at it. */
export function evidenceOf(given: Evidence, policed: boolean): Evidence {
  const { effect, signatures } = given
  if (effect === undefined && signatures === undefined) return NONE
  if (!policed) {
    throw unsupported(
      signatures === undefined ? 'effect' : 'signatures',
      'is for policies, and this adapter has none that could look at it. Give it one as policies, or leave this out.',
    )
  }
  return { ...(effect !== undefined && { effect: checkedEffect(effect) }), ...(signatures !== undefined && { signatures }) }
}

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
