import { isDifference } from '../differences.js'
import { NodeVM } from '../node-vm.js'
import type { NodeVMOptions } from '../options.js'
import { VM } from '../vm.js'
import { VMScript } from '../vm-script.js'
import { type Ended, described, judge } from './judge.js'
import { draw, type Portrait, read } from './portrait.js'
import type { Act, First, FromWorker, Opening, Row, Step } from './protocol.js'
import { Replay } from './replay.js'
import { round, unique } from './rows.js'

/** How long a promise of the guest may take here to come to something, once it has on the first engine. */
const SETTLE_MS = 5_000
/** What the other engine refuses about a VM; anything else that keeps it from being made is no matter of the guest. */
const REFUSED = new Set(['BEDDEL_OPTION_UNSUPPORTED', 'BEDDEL_NOT_TRANSFERABLE'])

/** The same VM on the other engine: it is told what its model was told, in the same order. */
export class ShadowVm {
  readonly #replay: Replay
  #vm: VM | undefined
  /** Why it could not be made. */
  #failed: { error: unknown } | undefined
  #over = false
  /** Promises of the guest that are waited for. */
  settling = 0

  constructor(
    readonly opening: Opening,
    readonly tell: (message: Omit<Extract<FromWorker, { is: 'row' }>, 'vm'> | { is: 'over'; why: string }) => void,
    pull: (ms: number) => void,
  ) {
    this.#replay = new Replay(pull)
  }

  get over(): boolean {
    return this.#over
  }

  /** What the first engine has done is known before its turn comes here. */
  arrived(steps: readonly Step[]): void {
    for (const step of steps) if (step.is === 'act' || step.is === 'calls') this.#replay.add(step.calls)
  }

  take(step: Step): void {
    if (this.#over) return
    switch (step.is) {
      case 'set':
        return this.#quietly(() => this.#set(step))
      case 'host-settled':
        return this.#replay.settle(step.name, step.ok, step.value)
      case 'act':
        return this.#act(step)
      case 'guest-settled':
        return this.#settled(step)
      case 'calls':
      // They were read when they came.
    }
  }

  close(why: string): void {
    if (this.#over) return
    this.#over = true
    this.#vm?.dispose()
    this.tell({ is: 'over', why })
  }

  #set({ name, value, view }: Extract<Step, { is: 'set' }>): void {
    const vm = this.#made()
    const painted = this.#replay.value(value)
    if (view === 'r') vm.readonly(painted)
    if (view === 'w') vm.protect(painted)
    vm.setGlobal(name, painted)
  }

  #made(): VM {
    if (this.#failed !== undefined) throw this.#failed.error
    if (this.#vm !== undefined) return this.#vm
    const { kind, engine } = this.opening
    const options: NodeVMOptions = {
      ...(this.#replay.value(this.opening.options) as NodeVMOptions),
      engine,
      config: false,
      onDifference: ({ code, path }) => {
        if (isDifference(code) && code === 'host-object-changed-by-guest') {
          this.#replay.differences.push({ kind: 'host-object', path: path.replace(/^(?!arguments)/, 'sandbox.'), message: BY_GUEST })
        }
      },
    }
    this.#vm = kind === 'VM' ? new VM(options) : new NodeVM({ ...options, console: 'off' })
    // What its timers throw has been told by the first engine, in its way.
    this.#vm.on('guest-error', () => {})
    return this.#vm
  }

  #act({ seq, act, first, timeout }: Extract<Step, { is: 'act' }>): void {
    const replay = this.#replay
    replay.begin(seq)
    let made: () => unknown
    try {
      const vm = this.#made()
      // A shadow has no right to a core: it may take longer, and that is told as what it is.
      Object.assign(vm, { timeout: first.code === TIMED_OUT ? timeout : undefined })
      made = this.#call(vm, act)
    } catch (error) {
      const code = codeOf(error)
      if (this.#failed === undefined && this.#vm !== undefined) return this.#skip(seq, first, 'diverged')
      if (code === undefined || !REFUSED.has(code)) {
        replay.differences.push({ kind: 'error', path: 'options', message: error instanceof Error ? error.message : String(error) })
        return this.#skip(seq, first, 'no-engine')
      }
      // The other engine takes no such VM: that is what every call comes to.
      made = () => {
        throw error
      }
    }
    const started = performance.now()
    let ended: Ended
    try {
      const value = made()
      const ms = performance.now() - started
      replay.keep(`r${seq}`, value)
      ended = { ok: true, portrait: draw(value, {}, 'result').portrait, ms }
    } catch (error) {
      ended = this.#thrown(error, performance.now() - started)
    }
    replay.now = 0
    replay.missed({ during: seq })
    this.#row(seq, first, ended, timeout ?? 0)
    if (this.#vm === undefined) this.close('refused')
  }

  #call(vm: VM, act: Act): () => unknown {
    switch (act.is) {
      case 'run': {
        const code = act.script === undefined ? act.code : new VMScript(act.code, act.script as never)
        return () => vm.run(code, act.options as never) as unknown
      }
      case 'get':
        return () => vm.getGlobal(act.name) as unknown
      case 'require':
        return () => (vm as NodeVM).require(act.module) as unknown
      case 'call': {
        const fn = this.#replay.find(act.fn) as () => unknown
        const self = act.self === undefined ? undefined : this.#replay.find(act.self)
        if (typeof fn !== 'function') throw new TypeError('There is no such function here')
        const args = this.#replay.value(act.args) as unknown[]
        return () => (act.construct ? (Reflect.construct(fn, args) as unknown) : Reflect.apply(fn, self, args))
      }
    }
  }

  #settled({ seq, ref, first }: Extract<Step, { is: 'guest-settled' }>): void {
    let promise: unknown
    try {
      promise = this.#replay.find(ref)
    } catch {
      return this.#skip(seq, first, 'diverged')
    }
    this.settling++
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error('It came to nothing'), { code: 'BEDDEL_TIMEOUT' })), SETTLE_MS)
    })
    void Promise.race([promise, late])
      .then((value): Ended => {
        this.#replay.keep(`s${seq}`, value)
        return { ok: true, portrait: draw(value, {}, 'result').portrait, ms: this.#replay.age(ref) }
      })
      .catch((error: unknown): Ended => this.#thrown(error, this.#replay.age(ref)))
      .then((ended) => {
        clearTimeout(timer)
        this.settling--
        if (this.#over) return
        if (this.settling === 0) this.#replay.missed({ upTo: first.calls })
        this.#row(seq, first, ended)
      })
      .catch(() => this.close('fault'))
  }

  #thrown(error: unknown, ms: number): Ended {
    const code = codeOf(error)
    let portrait: Portrait = ['x', 'cannot be read']
    this.#quietly(() => ({ portrait } = draw(error, {}, 'error')))
    return { ok: false, portrait, ms, ...(code !== undefined && { code }) }
  }

  /** With a `timeout`, or 0 for none, durations are compared. */
  #row(seq: number, first: First, ended: Ended, timeout?: number): void {
    const { values, engine } = this.opening
    const before: Ended = { ...first, portrait: JSON.parse(first.text) as Portrait }
    const noticed = this.#replay.differences.splice(0)
    const { over } = this.#replay
    // What could not be replayed is why the rest is different too.
    const judged = over === undefined ? judge(before, ended, timeout) : []
    const code = ended.code === undefined ? {} : { code: ended.code }
    const row: Row = {
      seq,
      first: described(before, values),
      second: { engine, ms: round(ended.ms), ok: ended.ok, ...described(ended, values), ...code },
      differences: unique([...noticed, ...judged]),
    }
    this.tell({ is: 'row', row })
    if (over !== undefined) this.close(over)
  }

  #skip(seq: number, first: First, why: string): void {
    const before: Ended = { ...first, portrait: JSON.parse(first.text) as Portrait }
    const differences = this.#replay.differences.splice(0)
    this.tell({ is: 'row', row: { seq, first: described(before, this.opening.values), skipped: why, differences } })
    this.close(why)
  }

  /** What cannot be done shows in the next call. */
  #quietly(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      if (this.#vm === undefined) this.#failed ??= { error }
    }
  }
}

const TIMED_OUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT'
const BY_GUEST = 'The guest changed an object of the host. Elsewhere it changes its copy.'

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? read(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
