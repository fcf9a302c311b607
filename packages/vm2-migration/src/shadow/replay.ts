import { canonical, compare } from './compare.js'
import { type Models, paint } from './paint.js'
import { draw, type Portrait } from './portrait.js'
import type { HostCall, Ref } from './protocol.js'
import type { RecordedDifference } from '../recording.js'

/** How long the first engine may take to make a call that this one has made already. */
const WAIT_MS = 200
/** Of each: values of the guest that are kept for the functions in them, what stands for things of the host, calls that nobody made. */
const MAX_KEPT = 5_000

interface Logged extends HostCall {
  portrait: Portrait
  key: string
  used: boolean
}

interface Settling {
  promise: Promise<unknown>
  resolve(value: unknown): void
  reject(reason: unknown): void
}

/** Stands in a shadow for all functions and promises of the host: each answers what it answered the first time, and does nothing. */
export class Replay implements Models {
  /** The call of the guest that is under way; 0 between calls. */
  now = 0
  #last = 0
  readonly differences: RecordedDifference[] = []
  /** Why nothing more can be compared. */
  over: string | undefined
  readonly #log: Logged[] = []
  readonly #stubs = new Map<string, object>()
  readonly #promises = new Map<string, Settling>()
  readonly #roots = new Map<string, { value: unknown; at: number }>()

  /** `pull` waits for more of what the first engine did. */
  constructor(readonly pull: (ms: number) => void) {}

  add(calls: readonly HostCall[]): void {
    for (const call of calls) {
      const portrait = canonical(JSON.parse(call.args) as Portrait)
      this.#log.push({ ...call, portrait, key: JSON.stringify(portrait), used: false })
    }
  }

  begin(seq: number): void {
    this.now = seq
    this.#last = seq
  }

  /** Calls of the first engine that were not made here: those of one call of the guest, or all up to a number. */
  missed(which: { during: number } | { upTo: number }): void {
    for (const call of this.#log) {
      if (call.used || !('during' in which ? call.during === which.during : call.n <= which.upTo)) continue
      call.used = true
      this.#tell(call.path, 'was called on the first engine only.')
    }
    this.#tidy()
  }

  /** What the guest has given, so that its functions are found again. */
  keep(root: string, value: unknown): void {
    keepIn(this.#roots, root, { value, at: performance.now() })
  }

  find([root = '', ...keys]: Ref): unknown {
    const kept = this.#roots.get(root)
    if (kept === undefined) throw new Error('What the guest gave is not here')
    return keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], kept.value)
  }

  /** Milliseconds since the guest gave it. */
  age([root = '']: Ref): number {
    return performance.now() - (this.#roots.get(root)?.at ?? performance.now())
  }

  settle(name: string, ok: boolean, value: string): void {
    const { resolve, reject } = this.#promise(name)
    const painted = this.value(value)
    if (ok) resolve(painted)
    else reject(painted)
  }

  value(text: string): unknown {
    return paint(JSON.parse(text) as Portrait, this)
  }

  function(name: string, label: string): object {
    if (name.startsWith('G')) return this.find(JSON.parse(name.slice(1)) as Ref) as object
    let stub = this.#stubs.get(name)
    if (stub === undefined) {
      const answer = (args: unknown[]): unknown => this.#answer(name, label, args)
      stub = function (...args: unknown[]): unknown {
        return answer(args)
      }
      Object.defineProperty(stub, 'name', { value: label })
      keepIn(this.#stubs, name, stub)
    }
    return stub
  }

  promise(name: string): object {
    if (name.startsWith('G')) return this.find(JSON.parse(name.slice(1)) as Ref) as object
    return this.#promise(name).promise
  }

  #promise(name: string): Settling {
    let made = this.#promises.get(name)
    if (made === undefined) {
      made = Promise.withResolvers<unknown>()
      // That the guest does not wait for it must not end this thread.
      made.promise.catch(() => {})
      keepIn(this.#promises, name, made)
    }
    return made
  }

  #answer(name: string, label: string, args: unknown[]): unknown {
    const path = name.slice(name.indexOf(' ') + 1) || label
    if (!name.startsWith('F')) {
      this.over ??= 'host-object'
      this.differences.push({
        kind: 'host-object',
        path,
        message:
          'A native or bound function of the host was called, which cannot be recorded. Give one that calls it: (...args) => fn(...args).',
      })
      throw new Error(`${path} is not replayed`)
    }
    const { portrait } = draw(args, {}, 'arguments')
    const asked = canonical(portrait)
    const key = JSON.stringify(asked)
    const call = this.#match(name, key, asked)
    if (call === undefined) {
      this.#tell(path, 'was called, which the first engine had not done.')
      this.over ??= 'host-call'
      throw new Error(`${path} is not replayed: the first engine did not call it`)
    }
    call.used = true
    this.keep(`h${call.n}`, args)
    const value = this.value(call.value)
    if (call.ok) return value
    throw value
  }

  #match(name: string, key: string, asked: Portrait): Logged | undefined {
    const there = (): Logged[] =>
      this.#log.filter(({ fn, used, during }) => fn === name && !used && (during === 0 || during <= (this.now || this.#last)))
    let candidates = there()
    for (let waited = performance.now(); candidates.length === 0 && performance.now() - waited < WAIT_MS; candidates = there())
      this.pull(WAIT_MS / 4)
    const same = candidates.find((call) => call.key === key)
    if (same !== undefined) return same
    const [next] = candidates
    if (next === undefined) return undefined
    for (const { path, message } of compare(next.portrait, asked, 'arguments')) {
      this.differences.push({ kind: 'host-call', path: next.path, message: `${path}: ${message}.` })
    }
    return next
  }

  #tell(path: string, what: string): void {
    this.differences.push({ kind: 'host-call', path, message: `${path} ${what}` })
  }

  #tidy(): void {
    if (this.#log.length < 200) return
    const left = this.#log.filter(({ used }) => !used).slice(-MAX_KEPT)
    this.#log.splice(0, this.#log.length, ...left)
  }
}

/** The oldest one goes where there are too many. */
function keepIn<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MAX_KEPT && oldest !== undefined) map.delete(oldest)
}
