import type { Plan, ShadowPlan } from '../choice.js'
import { observed } from '../observe.js'
import type { NodeVMOptions } from '../options.js'
import type { Ending } from '../recording.js'
import { Resolver } from '../resolver.js'
import type { Row, Step } from './protocol.js'
import { type Heard, type Listener, Recorder } from './recorder.js'
import { round, unique } from './rows.js'
import { shadowThread } from './thread.js'

/** A shadow whose VM and whose functions nobody holds any more ends. */
const dropped = new FinalizationRegistry<number>((vm) => shadowThread.close(vm))

/** Of each call: nobody waits for it, and the cores are the callers'. */
const SHADOW_TIMEOUT_MS = 20_000

let toldNoEngine = false

/** What lies between a recorder and the thread: it remembers calls until their rows come. */
class Told implements Listener {
  vm: number | undefined
  recorder: WeakRef<Recorder> | undefined
  readonly #waiting = new Map<number, Heard | undefined>()

  constructor(
    readonly plan: Plan,
    readonly shadow: ShadowPlan,
  ) {}

  step(step: Step, bytes: number): string | undefined {
    if (this.vm === undefined) return 'busy'
    const refused = shadowThread.step(this.vm, step, bytes, this.shadow.bounds)
    if (refused === undefined && (step.is === 'act' || step.is === 'guest-settled')) this.#waiting.set(step.seq, undefined)
    return refused
  }

  heard(heard: Heard): void {
    if (heard.skipped === undefined && this.#waiting.has(heard.seq)) this.#waiting.set(heard.seq, heard)
    else this.#record(heard)
  }

  close(): void {
    if (this.vm !== undefined) shadowThread.close(this.vm)
  }

  row(row: Row): void {
    const heard = this.#waiting.get(row.seq)
    this.#waiting.delete(row.seq)
    if (heard !== undefined) this.#record(heard, row)
    if (row.skipped === 'no-engine') tellNoEngine(this.shadow.engine, row)
  }

  over(why: string): void {
    const [first] = this.#waiting.values()
    this.#waiting.clear()
    // The call at which it ended stands for those after it.
    if (first !== undefined) this.#record({ ...first, skipped: why })
    this.recorder?.deref()?.stop(why)
  }

  #record(heard: Heard, row?: Row): void {
    const { engine } = this.plan
    const { at, call, ms, ok, code, type, skipped = row?.skipped, differences } = heard
    const first: Ending = { engine, ms: round(ms), ok, type, ...row?.first, ...(code !== undefined && { code }) }
    observed(this.plan, {
      at,
      call,
      first,
      ...(skipped === undefined && row?.second !== undefined && { second: row.second }),
      ...(skipped !== undefined && { skipped }),
      differences: unique([...differences, ...(row?.differences ?? [])]),
    })
  }
}

/**
 * Begins a shadow: the recorder for a VM that is about to be made on the legacy engine, and its options with what the recorder has to
 * hear in them. Where that does not succeed, the VM is made as if nobody had asked, and its first row says why.
 */
export function startShadow(plan: Plan, shadow: ShadowPlan, kind: 'VM' | 'NodeVM', options: NodeVMOptions): Started {
  const told = new Told(plan, shadow)
  const recorder = new Recorder(told, shadow.bounds)
  told.recorder = new WeakRef(recorder)
  try {
    const { heard, portrait } = hearOptions(recorder, options)
    const opening = {
      kind,
      engine: shadow.engine,
      values: plan.values,
      options: JSON.stringify(['o', [...portrait, ...ownOptions(options, shadow)]]),
    }
    const vm = shadowThread.open(opening, told, shadow.bounds)
    if (typeof vm === 'string') recorder.stop(vm)
    else {
      told.vm = vm
      dropped.register(recorder, vm)
    }
    return { recorder, options: heard }
  } catch (error) {
    recorder.lose(error)
    return { recorder, options }
  }
}

export interface Started {
  recorder: Recorder
  options: NodeVMOptions
}

/** Options in which functions stand that vm2 will call. */
const HEARD = ['compiler', 'require'] as const
/** Options that are data. */
const DATA = [
  'eval',
  'wasm',
  'allowAsync',
  'fixAsync',
  'bufferAllocLimit',
  'wrapper',
  'sourceExtensions',
  'argv',
  'env',
  'strict',
  'nesting',
  'exposeHostErrors',
] as const

function hearOptions(recorder: Recorder, options: NodeVMOptions): { heard: NodeVMOptions; portrait: [string, unknown][] } {
  const portrait: [string, unknown][] = []
  const heard: NodeVMOptions = { ...options }
  for (const key of HEARD) {
    if (options[key] === undefined) continue
    // A copy, so that what vm2 gets is ours to hear and the caller's object stays as it is.
    if (options.require instanceof Resolver && key === 'require') {
      portrait.push([key, recorder.given(options.require.options, key).portrait])
      continue
    }
    const own = key === 'require' && isPlain(options.require) ? { ...options.require, ...mocks(options.require) } : options[key]
    const given = recorder.given(own, key)
    portrait.push([key, given.portrait])
    Object.assign(heard, { [key]: given.value })
  }
  for (const key of DATA) if (options[key] !== undefined) portrait.push([key, recorder.given(options[key], key).portrait])
  return { heard, portrait }
}

function mocks({ mock }: { mock?: object }): { mock?: object } {
  return mock === undefined ? {} : { mock: { ...mock } }
}

const isPlain = (value: unknown): value is { mock?: object } =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function ownOptions(options: NodeVMOptions, { placement, limits }: ShadowPlan): [string, unknown][] {
  const own: [string, unknown][] = []
  for (const key of ['tenant', 'trust', 'acceptHostRisk'] as const) if (options[key] !== undefined) own.push([key, options[key]])
  if (placement !== undefined) own.push(['placement', placement])
  own.push(['limits', ['o', Object.entries({ ...(limits?.timeout === undefined && { timeoutMs: SHADOW_TIMEOUT_MS }), ...limits })]])
  return own
}

function tellNoEngine(engine: string, { differences }: Row): void {
  if (toldNoEngine) return
  toldNoEngine = true
  process.emitWarning(`VMs cannot be shadowed on ${engine}: ${differences[0]?.message ?? 'it is not there'}`, {
    type: 'Vm2MigrationWarning',
    code: 'BEDDEL_VM2_NO_SHADOW',
  })
}
