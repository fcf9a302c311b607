import { dirname, extname, resolve } from 'node:path'
import { invalid, oneOf } from '@beddel/core'
import { LEGACY, planFor } from './choice.js'
import { legacyVm, original, recorderOf } from './legacy-vm.js'
import type { Link } from './link.js'
import { type RequireOptions, Modules } from './modules.js'
import { languageOf, type NodeVMOptions } from './options.js'
import { watched } from './observe.js'
import { Resolver } from './resolver.js'
import type { Packed } from './shared/peer.js'
import type { HostOps, NodeConfig } from './shared/protocol.js'
import { checkAsync, fileOf, type Guest, guestOf, legacyRun, sourceOf, VM } from './vm.js'
import { VMError } from './vm-error.js'
import { moduleSource, VMScript } from './vm-script.js'

export interface NodeRunOptions {
  filename?: string
  wrapper?: 'commonjs' | 'none'
  strict?: boolean
}

const LEVELS = new Set(['debug', 'log', 'info', 'warn', 'error', 'dir', 'trace'])
const moduleSets = new WeakMap<object, Modules>()

/** vm2's NodeVM: a VM whose guest has `require`, `process`, timers and a console. Modules run inside the guest. */
export class NodeVM extends VM {
  constructor(options: NodeVMOptions = {}) {
    const plan = planFor(options)
    // oxlint-disable-next-line no-constructor-return
    if (plan.engine === LEGACY) return legacyVm('NodeVM', options, plan, new.target) as NodeVM
    const asked = checkNodeOptions(options)
    super(options, {
      kind: 'NodeVM',
      plan,
      ops: (vm) => nodeOps(vm as NodeVM, options, asked),
      ready: ({ link }) =>
        link.ask(
          'node',
          nodeConfig(options, (value) => link.peer.pack(value, 'env')),
        ),
    })
    const { import: first = [] } = asked
    for (const id of [first].flat()) this.require(id as string)
  }

  /** Runs code as a CommonJS module and gives its `module.exports`, or with `wrapper: 'none'` what it returns. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  override run(code: string | VMScript, options?: string | NodeRunOptions): any {
    const guest = guestOf(this)
    if (guest === undefined) return legacyRun(this, 'NodeVM', code, options)
    return watched(guest.plan, 'run', () => this.#run(guest, code, options))
  }

  #run(guest: Guest, code: string | VMScript, options: string | NodeRunOptions | undefined): unknown {
    const { strict = guest.options.strict, wrapper = guest.options.wrapper ?? 'commonjs' } = typeof options === 'object' ? options : {}
    const { source, language, filename, given } = sourceOf(code, options, guest.compiler)
    checkAsync(guest, source, language, 'body')
    const wrapped = moduleSource(source, filename, strict === true, language)
    const path = given === undefined ? undefined : resolve(given)
    const folder = path === undefined ? null : dirname(path)
    if (folder !== null) moduleSets.get(this)?.trust(folder)
    guest.link.ask('prepare', path, folder, wrapper)
    return guest.link.run(wrapped, path ?? filename, language, this.timeout, 'module')
  }

  /** Loads a module in the guest and gives its exports. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  require(module: string): any {
    const guest = guestOf(this)
    if (guest === undefined) {
      const go = (): unknown => original(this, 'NodeVM', 'require', [module])
      const recorder = recorderOf(this)
      return recorder === undefined ? go() : recorder.act('require', () => ({ is: 'require', module }), go)
    }
    const folder = resolve('.')
    moduleSets.get(this)?.trust(folder)
    return guest.link.peer.unpack(guest.link.ask('require', module, folder))
  }

  /** @deprecated Call the function yourself. */
  call(method: (...args: unknown[]) => unknown, ...args: unknown[]): unknown {
    if (typeof method !== 'function') throw new VMError('Unrecognized method type.')
    return method(...args)
  }

  /** Makes a NodeVM and runs code in it. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  static code(script: string, filename?: string | NodeVMOptions, options?: NodeVMOptions): any {
    const given = typeof filename === 'object' ? filename : options
    const name = typeof filename === 'string' ? filename : (given as { filename?: string } | undefined)?.filename
    const { filename: _, ...rest } = (given ?? {}) as NodeVMOptions & { filename?: string }
    return new NodeVM(rest).run(script, name === undefined ? undefined : resolve(name))
  }

  /** Makes a NodeVM and runs a file in it; `.ts` is TypeScript where no compiler is given. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  static file(filename: string, options: NodeVMOptions = {}): any {
    const { path, code } = fileOf(filename)
    const extension = extname(filename).slice(1)
    const named = ['ts', 'cs', 'coffee'].includes(extension) && !options.compiler
    return new NodeVM(named ? { ...options, compiler: extension as never } : options).run(code, path)
  }
}

function requireOptions(given: NodeVMOptions['require']): RequireOptions | undefined {
  if (!given) return undefined
  if (given === true) return {}
  return given instanceof Resolver ? given.options : given
}

/** What is wrong, or cannot be kept, before anything is started. */
function checkNodeOptions(options: NodeVMOptions): RequireOptions {
  oneOf('console', options.console, ['inherit', 'redirect', 'off'])
  oneOf('wrapper', options.wrapper, ['commonjs', 'none'])
  const { argv, sourceExtensions } = options
  for (const [key, value] of Object.entries({ argv, sourceExtensions })) {
    if (value !== undefined && !(Array.isArray(value) && value.every((item) => typeof item === 'string'))) {
      throw invalid(key, 'must be an array of strings', value)
    }
  }
  return requireOptions(options.require) ?? {}
}

function nodeOps(vm: NodeVM, options: NodeVMOptions, asked: RequireOptions): Partial<HostOps> {
  const { sourceExtensions = ['js'], compiler, console: mode = 'inherit' } = options
  const link = (): Link => (guestOf(vm) as Guest).link
  const modules = new Modules(asked, {
    sourceExtensions,
    compiler: languageOf(compiler),
    differ: (code, path) => link().differ(code, path),
  })
  moduleSets.set(vm, modules)
  return {
    require: (from, id, known) => modules.find(`${from}`, `${id}`, Array.isArray(known) ? known : [], link().peer),
    resolve: (from, id) => modules.path(`${from}`, `${id}`),
    console: (level, packed) => {
      if (!LEVELS.has(level)) throw new TypeError('There is no such console method')
      const args = link().peer.unpack(packed) as unknown[]
      if (mode === 'redirect') vm.emit(`console.${level}`, ...args)
      else (console as unknown as Record<string, (...args: unknown[]) => void>)[level]?.(...args)
    },
  }
}

function nodeConfig(options: NodeVMOptions, pack: (value: unknown) => Packed): NodeConfig {
  const { argv, env, console: mode = 'inherit', require: given = false } = options
  const { platform, arch, versions } = process
  return {
    console: mode,
    require: Boolean(given),
    versions: { node: versions.node },
    platform,
    arch,
    ...(argv !== undefined && { argv: [...argv] }),
    ...(env !== undefined && { env: pack(env) }),
  }
}
