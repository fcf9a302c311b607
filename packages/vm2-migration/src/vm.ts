import { EventEmitter } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { LEGACY, type Plan, planFor } from './choice.js'
import { executorFor } from './engines.js'
import { globalOf } from './global-of.js'
import { legacyVm, original, recorderOf } from './legacy-vm.js'
import { Link } from './link.js'
import { ended, watched } from './observe.js'
import { checkOptions, type Compiler, languageOf, type NodeVMOptions, type VMOptions } from './options.js'
import { runAct } from './shadow/run-act.js'
import { type HostOps } from './shared/protocol.js'
import { VMError } from './vm-error.js'
import { VMScript, withoutShebang } from './vm-script.js'

export interface RunOptions {
  filename?: string
}

/** What a VM is on an engine that is not vm2. */
export interface Guest {
  link: Link
  compiler: Compiler
  options: NodeVMOptions
  plan: Plan
}

const require = createRequire(import.meta.url)
const guests = new WeakMap<object, Guest>()

/** `undefined` for a VM that is vm2's own. */
export const guestOf = (vm: object): Guest | undefined => guests.get(vm)

/** How a VM begins on an engine that is not vm2. */
export interface Start {
  kind: 'VM' | 'NodeVM'
  /** What was decided for it already. */
  plan?: Plan
  /** What the guest may ask besides, once it is there. */
  ops?: (vm: VM) => Partial<HostOps>
  ready?: (guest: Guest) => void
}

/**
 * vm2's VM, on the engine that its option `engine`, the environment or `beddel.toml` says. On vm2 it is vm2's own: nothing
 * is different. On the others values cross by copy, functions stay callable, and what differs is reported.
 */
export class VM extends EventEmitter {
  /** The guest's global object: reading, setting and deleting properties of it works in the guest. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  declare readonly sandbox: any
  /** Milliseconds for each `run`. Calls of the guest's functions have the limits' `timeoutMs`. */
  declare timeout?: number
  declare readonly compiler: VMOptions['compiler']

  /** `start` is for classes of this package. */
  constructor(options: VMOptions = {}, start: Start = { kind: 'VM' }) {
    const { plan = planFor(options) } = start
    // oxlint-disable-next-line no-constructor-return
    if (plan.engine === LEGACY) return legacyVm('VM', options, plan, new.target) as VM
    super()
    const guest = begin(this, plan, options, start)
    start.ready?.(guest)
    if (options.sandbox) this.setGlobals(options.sandbox)
  }

  /** Runs code and gives its completion value. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  run(code: string | VMScript, options?: string | RunOptions): any {
    const guest = guestOf(this)
    if (guest === undefined) return legacyRun(this, 'VM', code, options)
    return watched(guest.plan, 'run', () => {
      const { source, language, filename } = sourceOf(code, options, guest.compiler)
      checkAsync(guest, source, language)
      return guest.link.run(source, filename, language, this.timeout, 'out')
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  runFile(filename: string): any {
    const { path, code } = fileOf(filename)
    return this.run(code, path)
  }

  setGlobals(values: Record<string, unknown>): this {
    const guest = guestOf(this)
    if (guest === undefined) {
      const recorder = recorderOf(this)
      const given =
        recorder === undefined ? values : Object.fromEntries(Object.entries(values).map(([name, one]) => [name, recorder.give(name, one)]))
      return original(this, 'VM', 'setGlobals', [given]) as this
    }
    guest.link.set(values)
    return this
  }

  setGlobal(name: string, value: unknown): this {
    const guest = guestOf(this)
    if (guest === undefined) {
      const recorder = recorderOf(this)
      return original(this, 'VM', 'setGlobal', [name, recorder === undefined ? value : recorder.give(name, value)]) as this
    }
    guest.link.set({ [name]: value })
    return this
  }

  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  getGlobal(name: string): any {
    const guest = guestOf(this)
    if (guest !== undefined) return guest.link.get(name)
    const go = (): unknown => original(this, 'VM', 'getGlobal', [name])
    const recorder = recorderOf(this)
    return recorder === undefined ? go() : recorder.act('get', () => ({ is: 'get', name }), go)
  }

  /** Makes an object read-only for the guest, and a global where a name is given. */
  freeze<T>(value: T, globalName?: string): T {
    if (guestOf(this) === undefined && recorderOf(this) === undefined) return original(this, 'VM', 'freeze', [value, globalName]) as T
    this.readonly(value)
    if (globalName) this.setGlobal(globalName, value)
    return value
  }

  /** Makes an object read-only for the guest. `mock` is vm2's own and works there only. */
  readonly<T>(value: T, mock?: unknown): T {
    const guest = guestOf(this)
    if (guest === undefined) {
      original(this, 'VM', 'readonly', [seen(this, value, 'r'), mock])
      return value
    }
    if (mock !== undefined) {
      throw new VMError('readonly: mock is not kept on this engine. Put the mocked properties into the object itself.', {
        code: 'BEDDEL_OPTION_UNSUPPORTED',
        path: 'mock',
      })
    }
    return view(guest, value, 'r')
  }

  /** Keeps the guest from putting functions into an object, and makes it a global where a name is given. */
  protect<T>(value: T, globalName?: string): T {
    const guest = guestOf(this)
    if (guest === undefined) {
      original(this, 'VM', 'protect', [seen(this, value, 'w')])
      if (globalName) this.setGlobal(globalName, value)
      return value
    }
    view(guest, value, 'w')
    if (globalName) this.setGlobal(globalName, value)
    return value
  }

  /** Ends the guest now instead of when it is collected. On vm2 there is nothing to end but a shadow. */
  dispose(): void {
    guestOf(this)?.link.dispose()
    recorderOf(this)?.stop('disposed')
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** Makes the guest of a VM, once its options are checked. */
function begin(vm: VM, plan: Plan, options: NodeVMOptions, { kind, ops }: Start): Guest {
  checkOptions(options, kind)
  const { timeout, compiler = 'javascript', bufferAllocLimit, limits, tenant, name, onDifference, exposeHostErrors = true } = options
  const { engine } = plan
  const link = new Link({
    executor: executorFor(engine, options),
    engine,
    limits,
    tenant,
    name,
    onDifference,
    exposesErrors: exposeHostErrors,
    config: {
      codegen: options.eval !== false,
      async: allowsAsync(options),
      ...(bufferAllocLimit !== undefined && Number.isFinite(bufferAllocLimit) && { bufferLimit: bufferAllocLimit }),
    },
    failed: (error) => {
      if (!vm.emit('guest-error', error)) process.emitWarning(error instanceof Error ? error : String(error))
    },
    ...(ops && { more: ops(vm) }),
    ...(plan.recorded && {
      called: (go: () => unknown) => watched(plan, 'call', go),
      settled: (ok: boolean, value: unknown, ms: number) => ended(plan, 'settle', { ok, value }, ms),
    }),
  })
  const guest: Guest = { link, compiler: languageOf(compiler), options, plan }
  guests.set(vm, guest)
  Object.defineProperty(vm, 'timeout', { value: timeout, writable: true, enumerable: true })
  Object.defineProperty(vm, 'compiler', { value: compiler, enumerable: true })
  Object.defineProperty(vm, 'sandbox', { value: globalOf(link), enumerable: true })
  return guest
}

/** A run on vm2 itself. */
export function legacyRun(vm: VM, kind: 'VM' | 'NodeVM', code: string | VMScript, options: unknown): unknown {
  const go = (): unknown => original(vm, kind, 'run', [code instanceof VMScript ? code.original() : code, options])
  const recorder = recorderOf(vm)
  return recorder === undefined ? go() : recorder.act('run', () => runAct(code, options), go, vm.timeout)
}

const seen = <T>(vm: VM, value: T, kind: 'r' | 'w'): unknown => {
  const recorder = recorderOf(vm)
  return recorder === undefined ? value : recorder.view(value, kind)
}

const allowsAsync = ({ allowAsync = true, fixAsync }: NodeVMOptions): boolean => allowAsync && !fixAsync

export function checkAsync({ options }: Guest, source: string, language: 'js' | 'ts', form: 'script' | 'body' = 'script'): void {
  if (allowsAsync(options)) return
  let found: boolean
  try {
    found = (require('@beddel/source') as typeof import('@beddel/source')).usesAsync(source, form)
  } catch {
    // TypeScript, or what does not compile: then the words decide, or the engine says so.
    found = language === 'ts' && /\b(async|await)\b/.test(source)
  }
  if (found) throw new VMError('Async not available')
}

export function sourceOf(code: string | VMScript, options: string | RunOptions | undefined, compiler: Compiler) {
  const given = typeof options === 'object' ? options?.filename : options
  if (code instanceof VMScript) return { ...code.compiledSource(), filename: code.filename, given: code.filename }
  const filename = given || 'vm.js'
  const { language, compile } = compiler
  return { source: withoutShebang(compile === undefined ? `${code}` : compile(code, filename)), language, filename, given }
}

export function fileOf(filename: string): { path: string; code: string } {
  const path = resolve(filename)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new VMError(`Script '${filename}' not found.`)
  if (found.isDirectory()) throw new VMError('Script must be file, got directory.')
  return { path, code: readFileSync(path, 'utf8') }
}

function view<T>({ link }: Guest, value: T, kind: 'r' | 'w'): T {
  if (typeof value === 'object' && value !== null) link.peer.views.set(value, kind)
  return value
}
