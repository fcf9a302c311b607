import { invalid } from '../options.js'
import type { HostCallContext, HostFunction, HostFunctionTree } from '../spec.js'
import { type Decoded, decode, encode } from './codec.js'
import { isCostly, readCostly } from './is-costly.js'

const SYNC = Symbol.for('beddel.sync-host-function')

/**
 * Marks a host function whose value the guest gets at once, without a promise. It may not return a promise. Engines
 * that cannot call the host synchronously refuse it (`BEDDEL_OPTION_UNSUPPORTED`).
 */
export function syncHostFunction<F extends HostFunction>(fn: F): F {
  // A wrapper, not a mark on the caller's own function: that may serve elsewhere too.
  const marked = function (this: HostCallContext, ...args: unknown[]) {
    return fn.apply(this, args)
  }
  return Object.defineProperty(marked, SYNC, { value: true }) as unknown as F
}

export type FlatFunctions = ReadonlyMap<string, { fn: HostFunction; sync: boolean }>

const NONE: FlatFunctions = new Map()

/** The tree as dotted names. Own enumerable properties only, so nothing of a class or a prototype slips in. */
export function flatten(tree: HostFunctionTree | undefined, where = 'hostFunctions'): FlatFunctions {
  if (tree === undefined) return NONE
  const flat = new Map<string, { fn: HostFunction; sync: boolean }>()
  const walk = (node: unknown, prefix: string, depth: number): void => {
    const path = prefix === '' ? where : `${where}.${prefix}`
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      throw invalid(path, 'must be a function or an object of functions', node)
    }
    if (depth > 8) throw invalid(path, 'is nested more than 8 deep')
    const keys = Object.keys(node)
    const proto = Object.getPrototypeOf(node) as unknown
    if (keys.length === 0 && (prefix !== '' || (proto !== Object.prototype && proto !== null))) {
      throw invalid(path, 'has no function of its own: methods of a class and entries of a Map are not looked at, list them by name', node)
    }
    for (const key of keys) {
      const name = prefix === '' ? key : `${prefix}.${key}`
      if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(key) || key === '__proto__') {
        throw invalid(`${where}.${name}`, 'is not a name that a guest can call')
      }
      const value = (node as Record<string, unknown>)[key]
      if (typeof value === 'function') {
        flat.set(name, { fn: value as HostFunction, sync: SYNC in value })
      } else walk(value, name, depth + 1)
    }
  }
  walk(tree, '', 0)
  return flat
}

/** Replies that the guest has not read may take so much together before others wait for it, in UTF-16 units. */
const MAX_UNREAD = 4 * 1_048_576
/** How many times `resultBytes` the arguments of unanswered calls may take together. */
const PENDING_FACTOR = 4

export interface HostBridgeOptions {
  functions: FlatFunctions
  executionId: string
  tenant: string | undefined
  /** Milliseconds for one call; `undefined` leaves it to the run's own time. */
  callTimeoutMs: number | undefined
  exposeErrors: boolean
  /** Encoded size of a value that goes to the guest. */
  maxValueBytes: number
  /** Encoded size of the arguments that the guest may send. */
  maxArgumentBytes: number
  hostCalls: number
  /** Calls that may be under way at a time; more of them wait. */
  concurrency: number
}

type Reply = (id: number, ok: boolean, text: string) => void

/** The host's side of host-function calls for one run. Nothing that a host function does can reject unseen. */
export class HostBridge {
  calls = 0
  /** A synchronous run: whoever called it stands still until it is over, whatever its guest does. */
  callerWaits = false
  /** The host's own errors by call id, for the outcome's `cause`. */
  readonly failures = new Map<number, unknown>()
  /** Encoded size of the arguments of calls that are not answered yet: the host holds them as long. */
  #pendingBytes = 0
  #underWay = 0
  /** Calls that wait for another one to be over. */
  readonly #line: (() => void)[] = []
  /** Size of the replies that the guest was sent and has not read. A guest that never does must not fill our memory. */
  #unread = 0
  #room: PromiseWithResolvers<void> | undefined
  #controller: AbortController | undefined
  #closed = false
  #reason: unknown

  constructor(readonly options: HostBridgeOptions) {}

  /** Whether our guest runtime could have asked for this: it keeps these rules already; a hostile child may not. */
  admits(name: string, args: string, sync: boolean): boolean {
    const { functions, hostCalls, maxArgumentBytes } = this.options
    return functions.get(name)?.sync === sync && ++this.calls <= hostCalls && args.length <= maxArgumentBytes
  }

  call(id: number, name: string, args: string, reply: Reply): void {
    const { maxArgumentBytes, concurrency } = this.options
    if (this.#pendingBytes > 0 && this.#pendingBytes + args.length > PENDING_FACTOR * maxArgumentBytes) {
      const what = `${name} was not called: the arguments of calls that are not answered yet are larger than ${PENDING_FACTOR} times resultBytes`
      // Later, like every answer: the guest that called is still on the stack.
      return queueMicrotask(() => {
        if (!this.#closed) reply(id, false, errorText('RangeError', what))
      })
    }
    this.#pendingBytes += args.length
    const begin = (): void => this.#begin(id, name, args, reply)
    if (this.#underWay >= concurrency) this.#line.push(begin)
    else begin()
  }

  /** The guest has read replies of so much. */
  read(size: number): void {
    this.#unread -= size
    if (this.#unread >= MAX_UNREAD) return
    this.#room?.resolve()
    this.#room = undefined
  }

  #begin(id: number, name: string, args: string, reply: Reply): void {
    const { callTimeoutMs: timeout } = this.options
    this.#underWay++
    const own = timeout === undefined ? undefined : new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_resolve, reject) => {
      if (timeout === undefined) return
      timer = setTimeout(() => {
        const error = new Error(`The host function ${name} did not answer within ${timeout} ms`)
        own?.abort(error)
        reject(error)
      }, timeout)
    })
    // A promise first: a host function never runs inside the guest's own stack.
    const work = Promise.resolve().then(() => this.#invokeLater(name, args, own?.signal))
    work.catch(() => {})
    late.catch(() => {})
    void Promise.race([work, late])
      .then(
        (value) => () => this.#encoded(name, value),
        (error: unknown) => () => this.#failed(id, name, error),
      )
      .then(async (answer) => {
        clearTimeout(timer)
        // What waits here is a value that the host function made, and no text of ours beside it yet.
        while (this.#unread >= MAX_UNREAD && !this.#closed) await this.#untilRead()
        this.#pendingBytes -= args.length
        this.#underWay--
        this.#line.shift()?.()
        if (this.#closed) return
        const { ok, text } = answer()
        this.#unread += text.length
        reply(id, ok, text)
      })
  }

  #untilRead(): Promise<void> {
    this.#room ??= Promise.withResolvers<void>()
    return this.#room.promise
  }

  /** Answers '1' + value or '0' + error, at once. */
  callSync(name: string, args: string): string {
    let answer: { ok: boolean; text: string }
    if (!this.callerWaits && isCostly(args)) {
      const what = `${name} was not called: arguments of so many keys or elements can be given to asynchronous host functions only`
      return `0${errorText('RangeError', what)}`
    }
    try {
      const value = this.#invoke(name, decode(args), undefined)
      if (typeof (value as { then?: unknown } | null | undefined)?.then === 'function') {
        Promise.resolve(value).catch(() => {})
        throw new TypeError(`The synchronous host function ${name} returned a promise`)
      }
      answer = this.#encoded(name, value)
    } catch (error) {
      answer = this.#failed(0, name, error)
    }
    return (answer.ok ? '1' : '0') + answer.text
  }

  /** The run is over: pending host functions are told, and late answers are dropped. */
  close(reason: unknown): void {
    this.#closed = true
    this.#line.length = 0
    this.#room?.resolve()
    this.#reason = reason
    this.#controller?.abort(this.#why())
  }

  /** Made only where somebody is told: an Error costs a stack trace. */
  #why(): unknown {
    this.#reason ??= new Error('The run is over')
    return this.#reason
  }

  async #invokeLater(name: string, args: string, own: AbortSignal | undefined): Promise<unknown> {
    const decoded = isCostly(args) ? await readCostly(args, () => !this.#closed) : decode(args)
    if (decoded === undefined) throw this.#why()
    return this.#invoke(name, decoded, own)
  }

  #invoke(name: string, decoded: Decoded, own: AbortSignal | undefined): unknown {
    const { executionId, tenant } = this.options
    if (!decoded.ok || !Array.isArray(decoded.value)) throw new Error('The arguments cannot be read')
    this.#controller ??= new AbortController()
    // A call that the guest did not wait for may begin when the run is over.
    if (this.#closed) this.#controller.abort(this.#why())
    const signal = own === undefined ? this.#controller.signal : AbortSignal.any([own, this.#controller.signal])
    const context: HostCallContext = { signal, executionId, tenant, name }
    return this.options.functions.get(name)?.fn.apply(context, decoded.value)
  }

  #encoded(name: string, value: unknown): { ok: boolean; text: string } {
    const encoded = encode(value, this.options.maxValueBytes, 'result', false)
    if (encoded.problem === undefined) return { ok: true, text: encoded.text }
    const { path, what } = encoded.problem
    return { ok: false, text: errorText('TypeError', `The result of ${name} cannot cross: ${path}: ${what}`) }
  }

  #failed(id: number, name: string, error: unknown): { ok: false; text: string } {
    if (this.failures.size < 100) this.failures.set(id, error)
    if (!this.options.exposeErrors) return { ok: false, text: errorText('HostFunctionError', `${name} failed`) }
    const given = error instanceof Error ? error : new Error(String(error))
    return { ok: false, text: errorText(given.name, given.message.slice(0, 8_192)) }
  }
}

/** An error for the guest: a name, a message and our code; never the host's stack. */
function errorText(name: string, message: string): string {
  const error = Object.assign(new Error(message), { code: 'BEDDEL_HOST_FUNCTION_FAILED' })
  Object.defineProperty(error, 'name', { value: name })
  Object.defineProperty(error, 'stack', { value: '' })
  return encode(error, 65_536, 'error').text ?? '1t[["u"]]'
}
