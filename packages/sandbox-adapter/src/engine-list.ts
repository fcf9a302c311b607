import type { EngineId, Trust } from '@beddel/core'
import type { EngineEntry } from './engine-entry.js'
import { LIST } from './engines.js'

const { engines, order } = LIST

export const ENGINE_IDS: readonly EngineId[] = engines.map(({ id }) => id)

export function engineEntry(id: EngineId): EngineEntry {
  const found = engines.find((entry) => entry.id === id)
  if (found === undefined) throw new TypeError(`There is no engine ${id}`)
  return found
}

/** All engines: those that may be chosen at this level of trust in their order, then the others, for the report. */
export function engineOrder(trust: Trust): EngineEntry[] {
  const ids = [...order[trust], ...ENGINE_IDS.filter((id) => !order[trust].includes(id))]
  return ids.map(engineEntry)
}

/** Whether an engine can be chosen at this level of trust without having been named in code. */
export function meetsFloor(id: EngineId, trust: Trust): boolean {
  return order[trust].includes(id)
}
