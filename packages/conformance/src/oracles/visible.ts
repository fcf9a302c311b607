import type { RunRecord } from '../harness/evidence.js'

/** What a guest has seen or said in its runs, flattened: its results, its errors and its logs. */
export interface Visible {
  /** All strings, keys and bytes. */
  texts: string[]
  /** Numbers under the key `pid`. */
  pids: number[]
}

const MAX_PARTS = 200_000

const known = new WeakMap<readonly RunRecord[], { all?: Visible; victims?: Visible }>()

/** Of all runs, or only of those of somebody else. Looked through once: a large result would stall the harness itself. */
export function visibleIn(runs: readonly RunRecord[], which: 'all' | 'victims' = 'all'): Visible {
  const found = known.get(runs) ?? {}
  known.set(runs, found)
  found[which] ??= look(which === 'all' ? runs : runs.filter((run) => run.victim))
  return found[which]
}

function look(runs: readonly RunRecord[]): Visible {
  const visible: Visible = { texts: [], pids: [] }
  const seen = new Set<object>()
  let parts = 0
  const walk = (value: unknown, key: string, depth: number): void => {
    if (typeof value === 'string') visible.texts.push(value)
    else if (typeof value === 'number' && key === 'pid') visible.pids.push(value)
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
    if (depth > 60 || parts++ > MAX_PARTS || seen.has(value)) return
    seen.add(value)
    if (ArrayBuffer.isView(value)) value = value.buffer
    if (value instanceof ArrayBuffer) return void visible.texts.push(new TextDecoder('latin1').decode(value))
    if (value instanceof Map) for (const entry of value) walk(entry, '', depth + 1)
    if (value instanceof Set) for (const item of value) walk(item, '', depth + 1)
    for (const name of Object.getOwnPropertyNames(value)) {
      const found = Object.getOwnPropertyDescriptor(value, name)
      visible.texts.push(name)
      if (found !== undefined && 'value' in found) walk(found.value, name, depth + 1)
    }
  }
  for (const run of runs) {
    const { outcome } = run
    if (outcome === undefined) continue
    try {
      if (outcome.success) walk(outcome.result, '', 0)
      else walk([outcome.error.guest, outcome.error.message], '', 0)
      walk(
        Array.from(outcome.logs, (entry) => entry.text),
        '',
        0,
      )
    } catch (error) {
      // The control hands out live objects: reading those may throw.
      visible.texts.push(`unreadable: ${String((error as Error | undefined)?.message)}`)
    }
  }
  return visible
}

export function firstWith(texts: readonly string[], part: string | RegExp): string | undefined {
  const at = texts.find((text) => (typeof part === 'string' ? text.includes(part) : part.test(text)))
  if (at === undefined) return undefined
  const from = typeof part === 'string' ? at.indexOf(part) : at.search(part)
  return at.slice(Math.max(0, from - 60), from + 120)
}
