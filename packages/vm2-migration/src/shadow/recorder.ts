import { isPromise, isProxy } from 'node:util/types'
import type { RecordedDifference } from '../recording.js'
import { GETTER } from '../shared/shapes.js'
import { Watch } from '../shared/watch.js'
import { type Ears, isNative, Membrane } from './membrane.js'
import { type Drawn, draw, type Portrait, read, TooLarge, typeOf } from './portrait.js'
import type { Act, First, HostCall, Ref, Step } from './protocol.js'
import { Untold } from './untold.js'

/** A call that is told, and what is known of it on this side. */
export interface Heard {
  seq: number
  call: string
  at: number
  ms: number
  ok: boolean
  /** The type of the value, or the class of what was thrown. */
  type: string
  code?: string
  differences: RecordedDifference[]
  skipped?: string
}

/** Where a recorder tells what it heard. */
export interface Listener {
  /** A step for the shadow. `false` or a reason: there is no room, and the shadow has lost its thread. */
  step(step: Step, bytes: number): string | undefined
  /** A call has ended on the first engine. With `skipped` no other engine will answer it. */
  heard(heard: Heard): void
  close(): void
}

export interface RecorderLimits {
  callBytes: number
}

interface Watched {
  value: unknown
  watch: Watch
}

/**
 * Hears all that goes in and out of one VM of the legacy engine, and tells it in order. It makes no call of its own, swallows every
 * mistake of its own, and stops for good where something cannot be told: what came later would be compared with a guest in another state.
 */
export class Recorder implements Ears {
  readonly #membrane = new Membrane(this)
  readonly #names = new WeakMap<object, string>()
  readonly #promises = new WeakMap<object, string>()
  readonly #views = new WeakMap<object, 'r' | 'w'>()
  readonly #watched = new Map<string, Watched>()
  #lastName = 0
  #lastCall = 0
  #lastSeq = 0
  /** Calls of the guest that are on the stack. */
  #inside = 0
  /** Functions of the host that are on the stack. */
  #hosts = 0
  /** What was noticed between two calls: it is told with the next one. */
  #between: RecordedDifference[] = []
  #said = false
  #during: { seq: number; calls: HostCall[]; differences: RecordedDifference[] } | undefined
  /** Why nothing is told any more. */
  #over: string | undefined

  constructor(
    readonly listener: Listener,
    readonly limits: RecorderLimits,
  ) {}

  active(): boolean {
    return this.#over === undefined
  }

  /** Nothing will be told any more. The next call, or the one under way, says why; later ones are not recorded. */
  stop(why: string): void {
    if (this.#over !== undefined) return
    this.#over = why
    this.#watched.clear()
    this.listener.close()
  }

  /** Something that vm2 alone can do, outside of the calls that are told. */
  view(value: unknown, kind: 'r' | 'w'): unknown {
    if (typeof value === 'object' && value !== null) this.#views.set(value, kind)
    return this.#quietly(() => this.#membrane.toGuest(value, 'view'), value)
  }

  /** What the guest gets for a value that the host gives under a name. */
  give(name: string, value: unknown): unknown {
    if (!this.active()) return this.#membrane.known(value)
    return this.#quietly(() => {
      const path = `sandbox.${name}`
      const drawn = this.#draw(value, path)
      const view = typeof value === 'object' && value !== null ? this.#views.get(value) : undefined
      this.#tell({ is: 'set', name, value: JSON.stringify(drawn.portrait), ...(view !== undefined && { view }) })
      this.#watch(path, value)
      return this.#membrane.toGuest(value, path)
    }, this.#membrane.known(value))
  }

  /** Makes values ready that are not globals: they are told with the VM's options. */
  given(value: unknown, path: string): { portrait: Portrait; value: unknown } {
    return { portrait: this.#draw(value, path).portrait, value: this.#membrane.toGuest(value, path) }
  }

  /** A call into the guest, which `go` makes. */
  act(call: string, act: () => Act, go: () => unknown, timeout?: number): unknown {
    if (this.#said) return this.#membrane.again(go())
    if (this.#inside > 0) {
      // Without a function of the host on the stack it is vm2 itself that runs a module, for a guest that requires it.
      if (this.#hosts > 0) this.#atOnce(call)
      return this.#membrane.again(go())
    }
    const seq = ++this.#lastSeq
    const outer = this.#during
    const during = { seq, calls: [] as HostCall[], differences: this.#between.splice(0) }
    this.#during = during
    let told: Act | undefined
    if (this.active()) {
      this.#quietly(() => {
        told = act()
        this.#changed('host', during.differences)
      }, undefined)
    }
    this.#inside++
    const started = performance.now()
    let ok = false
    let value: unknown
    try {
      value = go()
      ok = true
    } catch (error) {
      value = error
    }
    const ms = performance.now() - started
    this.#inside--
    this.#during = outer
    const back = this.#quietly(() => this.#ended(call, told, during, { ok, value, ms, timeout }), this.#membrane.again(value))
    if (!ok) throw back
    return back
  }

  #ended(
    call: string,
    act: Act | undefined,
    during: { seq: number; calls: HostCall[]; differences: RecordedDifference[] },
    { ok, value, ms, timeout }: { ok: boolean; value: unknown; ms: number; timeout: number | undefined },
  ): unknown {
    const { seq, calls, differences } = during
    const at = Date.now()
    // Where a function of the host ran meanwhile, it may have been that one; what the guest did is seen by its shadow too.
    this.#changed(calls.length === 0 ? 'guest' : 'host', differences)
    let drawn: Drawn = { portrait: ['x', 'too large'], live: false, blind: [] }
    let back = this.#membrane.again(value)
    try {
      drawn = this.#draw(value, ok ? 'result' : 'error', [`r${seq}`])
      if (this.active()) back = this.#membrane.toHost(value, [`r${seq}`], drawn.live)
    } catch (error) {
      this.lose(error)
    }
    const code = ok ? undefined : codeOf(value)
    const heard: Heard = { seq, call, at, ms, ok, type: typeOf(drawn.portrait), differences, ...(code !== undefined && { code }) }
    if (this.active() && act !== undefined) {
      const first: First = { ok, text: JSON.stringify(drawn.portrait), ms, calls: this.#lastCall, ...(code !== undefined && { code }) }
      this.#tell({ is: 'act', seq, act, first, calls, timeout })
    }
    if (this.#over !== undefined) {
      heard.skipped = this.#over
      this.#said = true
    }
    this.listener.heard(heard)
    return back
  }

  hostCalled(target: object, path: string, args: unknown[], go: (args: unknown[]) => unknown): unknown {
    const made = this.active() ? this.#quietly(() => this.#hostCall(target, path, args), undefined) : undefined
    if (made === undefined) return this.#membrane.known(go(args.map((arg) => this.#membrane.again(arg))))
    const { entry, given } = made
    this.#inside++
    this.#hosts++
    try {
      const value = go(given)
      return this.#quietly(() => this.#answered(entry, value), this.#membrane.known(value))
    } catch (error) {
      this.#quietly(() => {
        entry.ok = false
        entry.value = this.#text(error, `${path}()`)
      }, undefined)
      throw error
    } finally {
      this.#inside--
      this.#hosts--
      if (entry.during === 0) this.#quietly(() => this.#tell({ is: 'calls', calls: [entry] }), undefined)
    }
  }

  #hostCall(target: object, path: string, args: unknown[]): { entry: HostCall; given: unknown[] } {
    const n = ++this.#lastCall
    const drawn = this.#draw(args, 'arguments', [`h${n}`])
    const entry: HostCall = {
      n,
      during: this.#during?.seq ?? 0,
      fn: this.#nameOf(target, path),
      path: path.replace(GETTER, ''),
      args: this.#fitting(JSON.stringify(drawn.portrait)),
      ok: true,
      value: '["u"]',
    }
    this.#during?.calls.push(entry)
    const given = args.map((arg, i) => this.#membrane.toHost(arg, [`h${n}`, String(i)], drawn.live))
    return { entry, given }
  }

  /** What the guest gets of a host function's value. */
  #answered(entry: HostCall, value: unknown): unknown {
    let answer = value
    // A promise of the host's own kind stays one: what hangs on it is as unhandled as the promise itself would be.
    if (isPromise(value) && !this.#promises.has(value)) answer = this.#follow(value, entry.path)
    entry.value = this.#text(answer, `${entry.path}()`)
    return this.#membrane.toGuest(answer, `${entry.path}()`)
  }

  #follow(promise: Promise<unknown>, path: string): Promise<unknown> {
    const name = `P${++this.#lastName}`
    const tell = (ok: boolean, value: unknown): unknown => {
      if (!this.active()) return this.#membrane.known(value)
      return this.#quietly(() => {
        this.#tell({ is: 'host-settled', name, ok, value: this.#text(value, `${path}()`) })
        return this.#membrane.toGuest(value, `${path}()`)
      }, this.#membrane.known(value))
    }
    const followed = promise.then(
      (value) => tell(true, value),
      (error: unknown) => {
        throw tell(false, error)
      },
    )
    this.#promises.set(followed, name)
    return followed
  }

  guestCalled(ref: Ref, self: Ref | undefined, args: unknown[], construct: boolean, go: (args: unknown[]) => unknown): unknown {
    let given = args.map((arg) => this.#membrane.known(arg))
    const act = (): Act => {
      const text = this.#text(args, 'arguments')
      given = args.map((arg, i) => this.#membrane.toGuest(arg, `arguments[${i}]`))
      return { is: 'call', fn: ref, ...(self !== undefined && { self }), args: text, construct }
    }
    // `act` runs before `go`, where it runs at all.
    return this.act('call', act, () => go(given))
  }

  guestSettled(ref: Ref, ok: boolean, value: unknown, ms: number): unknown {
    if (!this.active()) return this.#membrane.again(value)
    return this.#quietly(() => {
      const seq = ++this.#lastSeq
      const drawn = this.#draw(value, ok ? 'result' : 'error', [`s${seq}`])
      const code = ok ? undefined : codeOf(value)
      const more = code === undefined ? {} : { code }
      const text = this.#fitting(JSON.stringify(drawn.portrait))
      const first: First = { ok, text, ms, calls: this.#lastCall, ...more }
      this.#tell({ is: 'guest-settled', seq, ref, first })
      const heard: Heard = { seq, call: 'settle', at: Date.now(), ms, ok, type: typeOf(drawn.portrait), differences: [], ...more }
      this.listener.heard(this.#over === undefined ? heard : { ...heard, skipped: this.#over })
      return this.#membrane.toHost(value, [`s${seq}`], drawn.live)
    }, this.#membrane.again(value))
  }

  blind(path: string, what: string): void {
    this.#note({ kind: 'host-object', path, message: what })
    this.stop('host-object')
  }

  #atOnce(call: string): void {
    this.#note({
      kind: 'sync-only',
      path: call,
      message: 'The guest was called while it waited for a host function. Elsewhere it cannot be entered at that moment (BEDDEL_BUSY).',
    })
    this.stop('sync-only')
  }

  #note(difference: RecordedDifference): void {
    ;(this.#during?.differences ?? this.#between).push(difference)
  }

  /** A number and the first path of a function; those that cannot be heard have none. */
  #nameOf(value: object, path: string): string {
    let name = this.#names.get(value)
    if (name === undefined) {
      name = isProxy(value) || !isNative(value) ? `F${++this.#lastName} ${path.replace(GETTER, '')}` : `N ${path}`
      this.#names.set(value, name)
    }
    return name
  }

  /** Draws what crosses. Throws where it cannot be told. */
  #draw(value: unknown, root: string, ref?: Ref): Drawn {
    const drawn = draw(
      this.#membrane.unwrap(value),
      {
        members: ref === undefined,
        nameOf: (found, path) => {
          const known = this.#membrane.refOf(found)
          if (known !== undefined) return `G${JSON.stringify(known)}`
          if (isPromise(found)) return this.#promises.get(found) ?? ''
          const raw = this.#membrane.unwrap(found) as object
          if (raw === found && isProxy(found)) return ref === undefined ? '' : `G${JSON.stringify([...ref, ...path])}`
          return this.#nameOf(raw, [root, ...path].join('.'))
        },
      },
      root,
    )
    const [blind] = drawn.blind
    // The guest's own getters are compared by nothing; a host's would have to be read once more than vm2 reads them.
    if (blind !== undefined && ref === undefined)
      throw new Untold('host-object', { kind: 'host-object', path: blind.path, message: `What the host gave ${blind.what}.` })
    return drawn
  }

  #text(value: unknown, root: string): string {
    return this.#fitting(JSON.stringify(this.#draw(value, root).portrait))
  }

  #fitting(text: string): string {
    if (text.length > this.limits.callBytes) throw new TooLarge('More than callBytes')
    return text
  }

  #tell(step: Step): void {
    if (!this.active()) return
    const bytes = sizeOf(step)
    if (bytes > this.limits.callBytes) return this.stop('too-large')
    const refused = this.listener.step(step, bytes)
    if (refused !== undefined) this.stop(refused)
  }

  #watch(path: string, value: unknown): void {
    const watch = new Watch()
    if (typeof value !== 'object' || value === null || !watch.add(path, value)) {
      this.#watched.delete(path)
      return
    }
    this.#watched.set(path, { value, watch })
  }

  /** Objects that both sides have live, and one has changed. */
  #changed(by: 'host' | 'guest', into: RecordedDifference[]): void {
    for (const [path, { value, watch }] of this.#watched) {
      watch.check((where) => {
        const message =
          by === 'guest'
            ? 'The guest changed an object of the host. Elsewhere it changes its copy.'
            : 'An object of the host was changed by the host after it was given. Elsewhere the guest keeps its copy.'
        into.push({ kind: 'host-object', path: where, message })
        this.#watch(path, value)
      })
    }
  }

  /** Nothing of what is done for the shadow may come out at the caller. */
  #quietly<T>(work: () => T, otherwise: T): T {
    try {
      return work()
    } catch (error) {
      this.lose(error)
      return otherwise
    }
  }

  /** Gives up, for a mistake or since something cannot be told. */
  lose(error: unknown): void {
    if (error instanceof Untold) {
      this.#note(error.difference)
      this.stop(error.reason)
    } else this.stop(error instanceof TooLarge ? 'too-large' : 'fault')
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const code = read(error, 'code')
  return typeof code === 'string' ? code : undefined
}

function sizeOf(step: Step): number {
  const calls =
    step.is === 'act' || step.is === 'calls' ? step.calls.reduce((sum, { args, value }) => sum + args.length + value.length + 64, 0) : 0
  switch (step.is) {
    case 'act': {
      const { act, first } = step
      return calls + first.text.length + (act.is === 'run' ? act.code.length : act.is === 'call' ? act.args.length : 32)
    }
    case 'calls':
      return calls
    case 'guest-settled':
      return step.first.text.length + 64
    default:
      return step.value.length + 64
  }
}
