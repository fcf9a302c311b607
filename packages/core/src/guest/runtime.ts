/**
 * The guest runtime: the sandbox's own code inside every cell, the same on every engine. It is bundled into one
 * string (scripts/build-guest.mjs), evaluated before any guest code, and talks to the host in strings only:
 * `dispatch` is what the host calls, `post` is what it calls back.
 */
import { decode } from '../engine/codec.js'
import { ASK, type Dispatch, type GuestConfig, type Post, type RuntimeOptions, TELL, TOO_DEEP } from '../engine/ops.js'
import {
  Ctor,
  defineProperty,
  G,
  getPrototypeOf,
  indexOf,
  isArray,
  jsonParse,
  objectKeys,
  reflectApply,
  slice,
  isPrototypeOf,
} from '../engine/primordials.js'
import { installConsole } from './console.js'
import { watchRangeErrors } from './describe.js'
import { endCopy, fault, installEnding, lendEnding, sendEnding, settle, thrown } from './ending.js'
import { define, pruneGlobals } from './globals.js'
import { installHostFunctions, reply } from './host-calls.js'
import { hideHostFrames } from './host-frames.js'
import { run } from './state.js'

/** Lines that every run may write, as far as they fit into `logBytes`. */
const MIN_LOG_LINES = 1_000

/** What `web: true` adds; in a bundle of its own, so that other cells do not carry it. */
export interface WebPart {
  install(post: Post): void
  fireTimer(id: number): void
}

export function boot(post: Post, options: RuntimeOptions, web?: WebPart): Dispatch {
  const evaluate = G.eval as (source: string) => unknown
  const { lendsEndings = false } = options
  const AsyncFunction = (getPrototypeOf(async () => {}) as { constructor: new (body: string) => unknown }).constructor

  pruneGlobals(options)
  watchRangeErrors()
  installEnding(post)
  installConsole(post)
  if (options.hideHostFrames) hideHostFrames()
  web?.install(post)

  let lastText = ''
  let lastConfig: GuestConfig
  /** A session's calls come with the same one again and again. */
  const configOf = (text: string): GuestConfig => {
    if (text !== lastText) {
      lastConfig = jsonParse(text) as GuestConfig
      lastText = text
    }
    return lastConfig
  }

  const setup = (config: GuestConfig, input: string, globals: string): void => {
    run.generation++
    run.ending = undefined
    run.ended = false
    run.operationsLeft = undefined
    run.filename = config.filename
    run.columnShift = config.columnShift
    run.resultBytes = config.resultBytes
    run.logBytes = config.logBytes
    // Each line is a message to the host, however short.
    const lines = config.logBytes / 16
    run.logLines = lines < MIN_LOG_LINES ? MIN_LOG_LINES : lines
    run.logsDropped = 0
    run.hostCallsLeft = config.hostCalls
    run.through = config.through
    if (config.metered) {
      const value = () => {
        fault('BEDDEL_OPERATION_LIMIT', 'The run made more operations than its limit')
        throw new Ctor.Error('No operations are left')
      }
      const hidden = { writable: false, enumerable: false, configurable: false }
      defineProperty(G, '__beddel_spent', { value, ...hidden })
      // The source's first statement calls it, with a function of ours; a guest that finds it comes too late.
      const meter = (left: () => number) => {
        run.operationsLeft ??= left
      }
      defineProperty(G, '__beddel_meter', { value: meter, ...hidden })
    }
    installHostFunctions(post, config.functions)
    if (globals !== '') {
      const values = valueOf(globals) as Record<string, unknown>
      const names = objectKeys(values)
      for (let i = 0; i < names.length; i++) define(names[i] as string, values[names[i] as string])
    }
    if (input !== '') define('input', valueOf(input))
  }

  const begin = (text: string, values: string): void => {
    const config = configOf(text)
    setup(config, slice(values, 0, config.inputLength), slice(values, config.inputLength))
  }

  /** Answers 1 where a SyntaxError was kept. */
  const evalScript = (source: string): number => {
    try {
      give(evaluate(source))
    } catch (error) {
      if (isSyntaxError(error)) {
        run.kept = error
        return 1
      }
      thrown(error)
    }
    return 0
  }

  let answer: number | string | undefined = -1
  const dispatch: Dispatch = (op, a, b = '', c = '') => {
    switch (op) {
      case ASK.SETUP:
        return setup(configOf(a as string), b as string, c) as undefined
      case ASK.RUN:
        begin(a as string, c)
        return evalScript(b as string)
      case ASK.SCRIPT: {
        if (a !== '') begin(a as string, c)
        const value: unknown = post(TELL.SCRIPT)
        // What it threw was told meanwhile.
        return run.ending === undefined ? (give(value) as undefined) : undefined
      }
      case ASK.EVAL:
        return evalScript(a as string)
      case ASK.RETHROW: {
        const error = run.kept
        run.kept = undefined
        return thrown(error) as undefined
      }
      case ASK.PARSE_BODY:
        return parseBody(AsyncFunction, a as string)
      case ASK.VALUE:
        return give(a) as undefined
      case ASK.THREW:
        return thrown(a) as undefined
      case ASK.THREW_COPY:
        return endCopy(a as string, b as string) as undefined
      case ASK.INVOKE:
        return attempt(() => (a as () => unknown)())
      case ASK.NAMESPACE:
        return attempt(() => (a as { default?: unknown }).default)
      case ASK.CALL:
        setup(configOf(c), '', '')
        return attempt(() => callGlobal(a as string, valueOf(b as string)))
      case ASK.REPLY:
        return reply(a as number, b === 1, c) as undefined
      case ASK.TIMER:
        return web?.fireTimer(a as number) as undefined
      default:
        return undefined
    }
  }
  return (op, a, b, c) => {
    if (op === ASK.AGAIN) return answer
    answer = -1
    run.lends = lendsEndings
    answer = dispatch(op, a, b, c)
    // Promise jobs come later, and nothing answers for them.
    run.lends = false
    if (!lendsEndings) sendEnding()
    else answer = lendEnding() ?? answer
    return answer
  }
}

/** Ends a run with its value, or with what the guest's own function makes of it. */
function give(value: unknown): void {
  const { through } = run
  if (through === undefined) settle(value)
  else attempt(() => callGlobal(through, [value]))
}

function attempt(get: () => unknown): undefined {
  let value: unknown
  try {
    value = get()
  } catch (error) {
    return thrown(error) as undefined
  }
  return settle(value) as undefined
}

const isSyntaxError = (error: unknown): boolean => {
  try {
    return typeof error === 'object' && error !== null && isPrototypeOf(Ctor.SyntaxError.prototype, error)
  } catch {
    return false
  }
}

/** Only parses: what the constructor makes is dropped. A wrapper's text can be closed from inside, this cannot. */
function parseBody(AsyncFunction: new (body: string) => unknown, source: string): string | number {
  try {
    new AsyncFunction(source)
    return ''
  } catch (error) {
    if (getPrototypeOf(error as object) === Ctor.RangeError.prototype) return TOO_DEEP
    const message = (error as { message?: unknown }).message
    return typeof message === 'string' && message !== '' ? message : 'Invalid source'
  }
}

function callGlobal(path: string, args: unknown): unknown {
  let self: unknown = G
  let target: unknown = G
  let from = 0
  for (;;) {
    const dot = indexOf(path, '.', from)
    const key = dot < 0 ? slice(path, from) : slice(path, from, dot)
    self = target
    target = (target as Record<string, unknown> | null | undefined)?.[key]
    if (dot < 0) break
    from = dot + 1
  }
  if (typeof target !== 'function' || !isArray(args)) throw new Ctor.TypeError(`${path} is not a function`)
  return reflectApply(target as () => unknown, self === G ? undefined : self, args)
}

function valueOf(text: string): unknown {
  const decoded = decode(text, true)
  if (decoded.ok) return decoded.value
  fault('BEDDEL_PROTOCOL', decoded.what)
  return undefined
}
