import { encode } from '../engine/codec.js'
import { type Post, TELL } from '../engine/ops.js'
import { bareObject, Ctor, defineProperty, jsonStringify, promiseThen } from '../engine/primordials.js'
import { describe, type Thrown } from './describe.js'
import { run } from './state.js'

let post: Post

export function installEnding(to: Post): void {
  post = to
}

/** The first ending of a run counts; what comes later is not sent. */
function end(op: number, a: string, b = ''): void {
  run.ending ??= { op, a, b }
  // The host stops a guest over a fault, and must know of it at once.
  if (!run.lends || op === TELL.FAULT) sendEnding()
}

/** Tells the host how the run ended. At the end of the stack the host is not reached; then the next call does it. */
export function sendEnding(): void {
  const { ending, ended } = run
  if (ended || ending === undefined) return
  sendFigures()
  post(ending.op, ending.a, ending.b)
  run.ended = true
}

/** The ending as the answer of the entry in which it came: its code and text. `undefined` where there is none to tell. */
export function lendEnding(): string | undefined {
  const { ending, ended } = run
  if (ended || ending === undefined || ending.op === TELL.FAULT) return sendEnding() as undefined
  sendFigures()
  run.ended = true
  return `${ending.op}${ending.a}`
}

function sendFigures(): void {
  // The first one that was dropped was told at once.
  if (run.logsDropped > 1) post(TELL.LOG, 'log', `${run.logsDropped - 1}`, 'dropped')
  run.logsDropped = 0
  if (run.operationsLeft !== undefined) post(TELL.OPERATIONS, run.operationsLeft())
}

/** Awaits a promise (or any thenable) and ends the run with the value. */
export function settle(value: unknown): void {
  const generation = run.generation
  const mine = (then: () => void) => {
    if (generation === run.generation) then()
  }
  try {
    if (!isThenable(value)) return finish(value)
    const promise = new Ctor.Promise((resolve) => resolve(value))
    // Without an own `constructor`, then() would ask Promise.prototype for the species, which is the guest's.
    void defineProperty(promise, 'constructor', { value: undefined })
    promiseThen(
      promise,
      (v: unknown) => mine(() => finish(v)),
      (e: unknown) => mine(() => thrown(e)),
    )
  } catch (error) {
    thrown(error)
  }
}

function isThenable(value: unknown): boolean {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}

function finish(value: unknown): void {
  const encoded = encode(value, run.resultBytes, 'result')
  if (encoded.problem === undefined) return end(TELL.DONE, encoded.text)
  const { kind, path, what } = encoded.problem
  fault(
    kind === 'size' ? 'BEDDEL_RESULT_TOO_LARGE' : 'BEDDEL_NOT_TRANSFERABLE',
    kind === 'size' ? `The result is too large: ${path}: ${what}` : `The result cannot cross: ${path}: ${what}`,
    path,
  )
}

export function thrown(error: unknown): void {
  endThrown(describe(error, run.filename, run.columnShift))
}

/** A thrown error of which the engine could give name and message only. */
export function endCopy(name: string, message: string): void {
  const error = bareObject<string>()
  error.name = name
  error.message = message
  endThrown(error as unknown as Thrown)
}

function endThrown(error: Thrown): void {
  end(TELL.THROWN, jsonStringify(error))
}

export function fault(code: string, message: string, path?: string): void {
  const what = bareObject<string>()
  what.message = message
  if (path !== undefined) what.path = path
  end(TELL.FAULT, code, jsonStringify(what))
}
