import { decode, encode } from '../engine/codec.js'
import { fromBase64 } from '../engine/base64.js'
import { type Post, TELL } from '../engine/ops.js'
import {
  Ctor,
  defineProperty,
  isView,
  jsonParse,
  jsonStringify,
  mapDelete,
  mapGet,
  mapSet,
  mapSize,
  promiseThen,
  reflectApply,
  typedArrayBuffer,
  typedArrayLength,
  typedArrayOffset,
  typedArrayTag,
} from '../engine/primordials.js'
import { define } from './globals.js'
import { thrown } from './ending.js'
import { Encoder, Decoder } from './text.js'
import { atob, btoa } from './base64-text.js'
import { urlClasses } from './url.js'

const MAX_TIMERS = 1_000
const MAX_RANDOM = 65_536

interface Timer {
  run(): void
  every: number | undefined
}
const timers = new Ctor.Map<number, Timer>()
let lastTimer = 0
let post: Post

/** The web platform's small helpers, opt-in with `web: true`. */
export function install(to: Post): void {
  post = to
  const service = (name: string, text: string): string => post(TELL.SERVICE, name, text) ?? ''

  define('setTimeout', (fn: unknown, ms?: unknown, ...args: unknown[]) => start(fn, ms, args, false))
  define('setInterval', (fn: unknown, ms?: unknown, ...args: unknown[]) => start(fn, ms, args, true))
  define('clearTimeout', stop)
  define('clearInterval', stop)
  define('queueMicrotask', (fn: () => void) => {
    if (typeof fn !== 'function') throw new Ctor.TypeError('queueMicrotask takes a function')
    const promise = new Ctor.Promise<void>((resolve) => resolve())
    void defineProperty(promise, 'constructor', { value: undefined })
    promiseThen(promise, () => protect(() => fn()))
  })
  define('structuredClone', (value: unknown) => {
    const encoded = encode(value, 268_435_456, 'value')
    if (encoded.problem !== undefined) {
      const error = new Ctor.Error(`${encoded.problem.path}: ${encoded.problem.what}`)
      define('name', 'DataCloneError', error)
      throw error
    }
    const decoded = decode(encoded.text)
    return decoded.ok ? decoded.value : undefined
  })
  define('atob', atob)
  define('btoa', btoa)
  define('TextEncoder', Encoder)
  define('TextDecoder', Decoder)
  const { URL, URLSearchParams } = urlClasses((request) => jsonParse(service('url', jsonStringify(request))))
  define('URL', URL)
  define('URLSearchParams', URLSearchParams)
  define('crypto', {
    randomUUID: () => service('uuid', ''),
    getRandomValues: (view: object) => fillRandom(view, service),
  })
}

function start(fn: unknown, ms: unknown, args: unknown[], repeats: boolean): number {
  if (typeof fn !== 'function') throw new Ctor.TypeError('The first argument of a timer must be a function')
  if (mapSize(timers) >= MAX_TIMERS) throw new Ctor.RangeError(`More than ${MAX_TIMERS} timers`)
  const id = ++lastTimer
  const wait = delay(ms)
  mapSet(timers, id, {
    run: () => reflectApply(fn as () => void, undefined, args),
    every: repeats ? (wait < 1 ? 1 : wait) : undefined,
  })
  post(TELL.TIMER, id, wait)
  return id
}

function delay(ms: unknown): number {
  const n = typeof ms === 'number' ? ms : typeof ms === 'string' ? +ms : 0
  return n >= 0 && n < 2_147_483_648 ? n : 0
}

function stop(id: unknown): void {
  if (typeof id !== 'number' || mapGet(timers, id) === undefined) return
  mapDelete(timers, id)
  post(TELL.TIMER, id, -1)
}

export function fireTimer(id: number): void {
  const timer: Timer | undefined = mapGet(timers, id)
  if (timer === undefined) return
  if (timer.every === undefined) mapDelete(timers, id)
  else post(TELL.TIMER, id, timer.every)
  protect(timer.run)
}

/** An error in a timer ends the run, as an uncaught one ends a program. */
function protect(fn: () => void): void {
  try {
    fn()
  } catch (error) {
    thrown(error)
  }
}

function fillRandom(view: object, service: (name: string, text: string) => string): object {
  const kind = isView(view) ? typedArrayTag(view) : undefined
  if (kind === undefined || kind === 'Float32Array' || kind === 'Float64Array' || kind === 'Float16Array') {
    throw new Ctor.TypeError('getRandomValues takes an integer typed array')
  }
  const width = (view as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT
  const bytes = typedArrayLength(view) * width
  if (bytes > MAX_RANDOM) throw new Ctor.RangeError(`getRandomValues gives at most ${MAX_RANDOM} bytes`)
  const target = new Ctor.Uint8Array(typedArrayBuffer(view) as ArrayBuffer, typedArrayOffset(view), bytes)
  const random = fromBase64(service('random', `${bytes}`))
  if (random !== undefined) for (let i = 0; i < bytes; i++) target[i] = random[i] as number
  return view
}
