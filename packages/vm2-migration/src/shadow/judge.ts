import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import type { Ending, RecordedDifference } from '../recording.js'
import { canonical, compare } from './compare.js'
import { paint } from './paint.js'
import { type Portrait, typeOf } from './portrait.js'

/** How a call ended on an engine. */
export interface Ended {
  ok: boolean
  portrait: Portrait
  code?: string
  ms: number
}

/** The second engine was slow where it took more than so many times as long, … */
export const SLOW_FACTOR = 5
/** … and at least so many milliseconds more. */
export const SLOW_MS = 100

const MAX_SHOWN = 2_000

/** What is recorded of an ending: its type and hash; the value itself only where that was asked for. */
export function described(ended: Ended, values: boolean): Pick<Ending, 'type' | 'hash' | 'message' | 'value'> {
  const { ok, portrait } = ended
  // Of what was thrown, class and code are compared: engines word their own messages.
  const text = ok ? JSON.stringify(canonical(portrait)) : JSON.stringify(['thrown', thrownName(ended)])
  const blind = text.includes('["x",')
  return {
    type: typeOf(portrait),
    ...(!blind && { hash: createHash('sha256').update(text).digest('hex') }),
    ...(values && !ok && Array.isArray(portrait) && portrait[0] === 'e' && { message: String(portrait[2]).slice(0, MAX_SHOWN) }),
    ...(values && ok && { value: shown(portrait) }),
  }
}

/** An error's class, with its code. */
function thrownName({ portrait, code }: Ended): string {
  return code === undefined ? typeOf(portrait) : `${typeOf(portrait)} ${code}`
}

/** How two endings differ, in words without values; in their durations only where a `timeout` is given, which may be 0 for none. */
export function judge(first: Ended, second: Ended, timeout?: number): RecordedDifference[] {
  const found = endings(first, second)
  if (timeout === undefined) return found
  if (timeout > 0 && second.ms > timeout && first.ms <= timeout) {
    found.push({ kind: 'timing', message: `It took longer than the VM's timeout, which is ${timeout} ms.` })
  } else if (second.ms > SLOW_FACTOR * first.ms && second.ms - first.ms >= SLOW_MS) {
    found.push({ kind: 'timing', message: `It took more than ${SLOW_FACTOR} times as long, and at least ${SLOW_MS} ms more.` })
  }
  return found
}

function endings(first: Ended, second: Ended): RecordedDifference[] {
  if (first.ok && second.ok) {
    return compare(canonical(first.portrait), canonical(second.portrait), 'result').map(({ path, message }) => ({
      kind: 'value',
      path,
      message,
    }))
  }
  if (first.ok !== second.ok) {
    const thrown = first.ok ? second : first
    const what = `${thrownName(thrown)} on the ${first.ok ? 'second' : 'first'} engine, ${typeOf((first.ok ? first : second).portrait)} on the other one.`
    return [{ ...(first.ok ? kindOf(second) : ERROR), message: what }]
  }
  if (thrownName(first) === thrownName(second)) return []
  return [{ ...kindOf(second), message: `${thrownName(first)} on the first engine, ${thrownName(second)} on the second.` }]
}

const ERROR = { kind: 'error', path: 'error' } as const

/** Of an error that only the second engine has. */
function kindOf({ portrait, code }: Ended): Pick<RecordedDifference, 'kind' | 'path'> {
  if (code === 'BEDDEL_BUSY') return { kind: 'sync-only', path: 'error' }
  const missing =
    Array.isArray(portrait) && portrait[0] === 'e' && portrait[1] === 'ReferenceError' ? MISSING.exec(String(portrait[2])) : null
  return missing?.[1] === undefined ? ERROR : { kind: 'missing-global', path: missing[1] }
}

/** The words are the engines' own; where one has others, it is a difference of errors. */
const MISSING = /^'?([\p{ID_Start}$_][\p{ID_Continue}$]*)'? is not defined$/u

function shown(portrait: Portrait): string {
  const models = { function: (_: string, label: string) => ({ [`function ${label}`]: true }), promise: () => ({ promise: true }) }
  return inspect(paint(portrait, models), { depth: 6, breakLength: Number.POSITIVE_INFINITY, compact: true }).slice(0, MAX_SHOWN)
}
