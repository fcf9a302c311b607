import { createRequire } from 'node:module'
import { type Executor, type LimitsInput, type Outcome, SandboxError, type Session } from '@beddel/core'
import { type Difference, type DifferenceCode, DIFFERENCES, isDifference, report } from './differences.js'
import { BEGIN_TIMEOUT_MS, type Host, openGuest } from './guests-ahead.js'
import { Peer, type Packed } from './shared/peer.js'
import { API, type HostOps, type VmConfig } from './shared/protocol.js'
import { Watch } from './shared/watch.js'
import { intrinsicName } from './intrinsics.js'
import { errorOf } from './throw-outcome.js'
import { VMError } from './vm-error.js'

const require = createRequire(import.meta.url)
const DEFAULTS: LimitsInput = { hostCalls: 1_000_000, sourceBytes: 16 * 2 ** 20, inputBytes: 16 * 2 ** 20 }
const DEFAULT_TIMEOUT_MS = 5_000
/** After these the session is over, and with it all that waits for the guest. */
const ENDS_THE_GUEST = new Set<string>([
  'BEDDEL_TIMEOUT',
  'BEDDEL_MEMORY_LIMIT',
  'BEDDEL_OPERATION_LIMIT',
  'BEDDEL_ENGINE_CRASHED',
  'BEDDEL_HOST_CALL_LIMIT',
  'BEDDEL_PROTOCOL',
])
/** Timers that one guest may have. */
const MAX_TIMERS = 1_000
/** What a cell takes at the least, of which the host's heap shows nothing. */
const CELL_BYTES = 1_572_864
/** Things of the guest that the host has let go before the guest is told. */
const RELEASE_AT = 256

export interface LinkOptions {
  executor: Executor
  engine: string
  limits: LimitsInput | undefined
  tenant: string | undefined
  name: string | undefined
  onDifference: ((difference: Difference) => void) | undefined
  /** Whether the guest sees what a host function throws. */
  exposesErrors: boolean
  config: VmConfig
  /** Takes what a timer of the guest threw. */
  failed: (error: unknown) => void
  /** What a NodeVM answers to its guest besides. */
  more?: Partial<HostOps>
  /** Makes a call of a function of the guest. */
  called?: (go: () => unknown) => unknown
  /** A promise of the guest has come to something, so many milliseconds after the host could know it. */
  settled?: (ok: boolean, value: unknown, ms: number) => void
}

/** A session and nothing of the link, which can be collected while its session is still there. */
const sessions = new FinalizationRegistry<Session>((session) => void session.dispose())

/**
 * The host's end of one VM: its session, what the two sides have handed each other, its timers. Every call is over when it
 * returns. Without a VM and without a function or promise of its guest on the host it is collected, and its cell with it.
 */
export class Link {
  readonly peer: Peer
  readonly #session: Session
  readonly #ops: Partial<HostOps>
  readonly #timers = new Map<number, NodeJS.Timeout>()
  readonly #released: number[] = []
  readonly #newPromises: number[] = []
  /** When the promises came that are waited for, where somebody is told of them. */
  readonly #promisedAt = new Map<number, number>()
  readonly #watch = new Watch()
  readonly #finished = new FinalizationRegistry<number>((id) => {
    if (!this.peer.holds(id)) this.#released.push(id)
  })
  /** Never written, so it takes no memory; the collector counts it, and comes before too many cells wait for it. */
  weight: Buffer | undefined = Buffer.allocUnsafeSlow(CELL_BYTES)
  /** By the last thing that the guest asked for and did not get. */
  #thrown: unknown
  #inside = false
  #ended = false

  constructor(readonly options: LinkOptions) {
    const { executor, tenant, limits, config } = options
    this.peer = new Peer({
      call: (id, self, args, construct) => {
        const go = (): unknown => this.ask('call', id, self, args, construct)
        const { called } = this.options
        return (called === undefined ? go() : called(go)) as Packed
      },
      settle: (id, ok, value) => void this.ask('settle', id, ok, value),
      view: (value) => value,
      intrinsic: intrinsicName,
      held: (id, value) => this.#finished.register(value, id),
      promised: (id) => this.#promised(id),
    })
    this.#ops = { ...this.#common(), ...options.more }
    const { session, outcome, asks } = openGuest(executor, { tenant, limits: { ...DEFAULTS, ...limits }, config })
    asks.host = new WeakRef<Host>(this)
    this.#session = session
    sessions.register(this, session, this)
    this.#settle(outcome, BEGIN_TIMEOUT_MS)
  }

  /** Runs a script. Its value goes through a function of the link, by its name. */
  run(source: string, filename: string, language: 'js' | 'ts', timeout: number | undefined, through: 'out' | 'module'): unknown {
    this.#lookAtHost()
    const timeoutMs = this.#timeout(timeout)
    const outcome = this.#enter(
      () =>
        this.#session.runSync?.(source, {
          form: 'script',
          language,
          filename: plainName(filename),
          through: `${API}.${through}`,
          limits: { timeoutMs },
        }) as Outcome,
    )
    return this.#unpacked(this.#settle(outcome, timeoutMs))
  }

  /** Calls a function of the link in the guest. */
  ask(name: string, ...args: unknown[]): unknown {
    if (this.#released.length >= RELEASE_AT && !this.#inside) {
      // One that came again meanwhile is held again.
      const gone = this.#released.splice(0).filter((id) => !this.peer.holds(id))
      this.ask('release', gone)
    }
    const timeoutMs = this.#timeout(undefined)
    const outcome = this.#enter(() => this.#session.callSync?.(`${API}.${name}`, args, { limits: { timeoutMs } }) as Outcome)
    return this.#settle(outcome, timeoutMs)
  }

  /** Gives the guest globals. */
  set(values: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(values)) {
      this.#watch.drop(name)
      this.#watch.add(name, value)
    }
    this.ask('set', this.peer.pack(values, 'sandbox'))
  }

  get(name: string): unknown {
    return this.#unpacked(this.ask('get', name))
  }

  differ(code: DifferenceCode, path: string): void {
    const { engine, name, onDifference } = this.options
    report({ code, path, message: DIFFERENCES[code], engine, name }, onDifference)
  }

  /** Ends the guest: its timers, its promises, its cell. Calls that come later throw. */
  dispose(): void {
    if (this.#ended) return
    this.#ended = true
    this.weight = undefined
    this.#over(new VMError('This VM was disposed of', { code: 'BEDDEL_DISPOSED' }))
    sessions.unregister(this)
    void this.#session.dispose()
  }

  /** The guest will not run again: nothing waits for it any more. */
  #over(reason: unknown): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.peer.close(reason)
  }

  /** A promise of the guest came: it may have ended before the host could know it. Asked when the guest can be entered. */
  #promised(id: number): void {
    if (this.options.settled !== undefined) this.#promisedAt.set(id, performance.now())
    this.#newPromises.push(id)
    if (this.#newPromises.length > 1) return
    queueMicrotask(() => {
      const ids = this.#newPromises.splice(0)
      if (this.#ended) return
      try {
        for (const [one, ok, value] of this.ask('known', ids) as [number, boolean, Packed][]) this.#settled(one, ok, value)
      } catch (error) {
        // What they come to cannot be said, so that is what they come to.
        for (const one of ids) this.#settled(one, false, [error])
      }
    })
  }

  #settled(id: number, ok: boolean, packed: Packed): void {
    const since = this.#promisedAt.get(id)
    if (since !== undefined) {
      this.#promisedAt.delete(id)
      this.options.settled?.(ok, Array.isArray(packed) ? packed[0] : undefined, performance.now() - since)
    }
    this.peer.settled(id, ok, packed)
  }

  /** The guest asks for something. What comes is the guest's, and may be anything. */
  answer(op: string, args: unknown[]): unknown {
    const ops = this.#ops as Record<string, (...args: unknown[]) => unknown>
    if (!Object.hasOwn(ops, op)) throw new TypeError('There is no such operation')
    try {
      return ops[op]?.(...args)
    } catch (error) {
      this.#thrown = error
      throw error
    }
  }

  #common(): Partial<HostOps> {
    return {
      call: (id, self, args, construct) => this.peer.called(id, self, args, construct),
      settle: (id, ok, value) => this.#settled(id, ok, value),
      release: (ids) => this.peer.release(ids),
      differ: (code, path) => {
        if (isDifference(code)) this.differ(code, String(path))
      },
      builtin: (name) => {
        const { GUEST_MODULES } = require('./guest-modules.js') as typeof import('./guest-modules.js')
        if (!Object.hasOwn(GUEST_MODULES, name)) throw new TypeError('There is no such module')
        return GUEST_MODULES[name] as string
      },
      timer: (id, ms, repeat) => this.#startTimer(id, ms, repeat),
      clear: (id) => this.#stopTimer(id),
      thrown: () => (this.options.exposesErrors ? codeOf(this.#thrown) : null),
    }
  }

  #startTimer(id: number, ms: number, repeat: boolean): void {
    if (typeof id !== 'number' || this.#ended) return
    if (this.#timers.size >= MAX_TIMERS) throw new RangeError(`More than ${MAX_TIMERS} timers`)
    this.#stopTimer(id)
    const delay = Math.min(Math.max(1, Number(ms) || 0), 2 ** 31 - 1)
    const again = (): void => {
      if (repeat) this.#timers.set(id, setTimeout(again, delay))
      else this.#timers.delete(id)
      try {
        this.ask('fire', id)
      } catch (error) {
        // Nobody called, so nobody can catch it; a guest's mistake must not end the host.
        this.options.failed(error)
      }
    }
    this.#timers.set(id, setTimeout(again, delay))
  }

  #stopTimer(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
  }

  #timeout(timeout: number | undefined): number {
    const { limits } = this.options
    return timeout || (limits?.timeoutMs ?? limits?.timeout ?? DEFAULT_TIMEOUT_MS)
  }

  #enter(call: () => Outcome): Outcome {
    if (this.#ended) throw new VMError('This VM was disposed of', { code: 'BEDDEL_DISPOSED' })
    if (this.#inside) {
      throw new VMError(
        'The guest waits for this host function and cannot be called meanwhile. Return from it first: call the guest later, or let the guest pass data instead of a callback.',
        { code: 'BEDDEL_BUSY' },
      )
    }
    this.#inside = true
    try {
      return call()
    } finally {
      this.#inside = false
    }
  }

  #settle(outcome: Outcome, timeoutMs: number): unknown {
    if (outcome.success) return outcome.result
    const { error } = outcome
    if (error.code === 'BEDDEL_SESSION_LOST') {
      const { code = 'the loss of its process' } = (error.cause ?? {}) as { code?: string }
      throw new VMError(`This VM has ended with an earlier call, by ${code}. Make a new one.`, { code: error.code, cause: error })
    }
    const thrown = errorOf(error, timeoutMs)
    if (error.started && ENDS_THE_GUEST.has(error.code)) this.#over(thrown)
    throw thrown
  }

  #unpacked(packed: unknown): unknown {
    try {
      return this.peer.unpack(packed)
    } catch (error) {
      const cause = new SandboxError('BEDDEL_PROTOCOL', 'The guest sent a value that its end of the link does not send', { cause: error })
      throw new VMError(cause.message, { code: cause.code, cause })
    }
  }

  #lookAtHost(): void {
    this.#watch.check((path) => this.differ('host-object-changed-by-host', path))
  }
}

/** A filename as the engines take it. */
const plainName = (filename: string): string =>
  /^[\w./-]{1,200}$/.test(filename) ? filename : filename.replaceAll(/[^\w./-]/g, '_').slice(-200) || 'vm.js'

function codeOf(error: unknown): { code?: string | number } {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' || typeof code === 'number' ? { code } : {}
}
