import { ADAPTER_KEYS, ENGINE_KEYS } from './adapter-options.js'
import { EVIDENCE_KEYS } from './evidence.js'
import { checkKeys, invalid, isRecord, LIMIT_KEYS, type LimitsInput, type Limits, statedLimits } from '@beddel/core'

const FLAT = new Set(LIMIT_KEYS)
const FOR_POLICIES = new Set<string>(EVIDENCE_KEYS)
const OF_THE_ADAPTER = new Set<string>([...ADAPTER_KEYS, ...ENGINE_KEYS])

/** The limits that stand beside the other keys and those under `limits`, through the one normaliser. */
export function statedTogether(given: LimitsInput & { limits?: LimitsInput }, where: string): Partial<Limits> {
  const flat: Record<string, unknown> = {}
  for (const key of Object.keys(given)) if (FLAT.has(key)) flat[key] = given[key as keyof LimitsInput]
  const beside = statedLimits(flat as LimitsInput, where)
  const under = statedLimits(given.limits)
  for (const name of Object.keys(beside)) {
    if (name in under) throw invalid(`limits.${name}`, 'is given beside limits as well: give one of the two')
  }
  return { ...beside, ...under }
}

/**
 * A request as the engines take it: limits that stand at its top level go under `limits`, `sandbox` becomes `globals`, and
 * what is for the policies is left out. Most requests have none of these and are passed on as they are.
 */
export function lifted<T extends object>(given: T, known: readonly string[], where: string): T {
  if (!isRecord(given)) throw invalid(where, 'must be an object', given)
  let changed = false
  for (const key in given) {
    if (known.includes(key)) {
      if (FOR_POLICIES.has(key)) changed = true
      continue
    }
    if (!FLAT.has(key) && !(key === 'sandbox' && known.includes('globals'))) {
      if (OF_THE_ADAPTER.has(key)) throw invalid(`${where}.${key}`, 'belongs to the adapter: give it to new SandboxAdapter()')
      checkKeys(given, [...known, ...LIMIT_KEYS], where)
    }
    changed = true
  }
  if (!changed) return given
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) if (!FLAT.has(key) && !FOR_POLICIES.has(key) && key !== 'sandbox') out[key] = value
  out.limits = statedTogether(given, where)
  const { sandbox } = given as { sandbox?: unknown }
  if (sandbox !== undefined) {
    if (out.globals !== undefined) throw invalid('sandbox', 'is the old name of globals: give one of the two')
    out.globals = sandbox
  }
  return out as T
}
