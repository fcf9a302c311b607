import { type Packed, Peer } from '../shared/peer.js'
import type { HostOps, Loaded, NodeConfig } from '../shared/protocol.js'

interface Module {
  id: string
  filename: string | null
  path: string | null
  exports: unknown
  loaded: boolean
  children: Module[]
  parent: Module | null
  require?: Require
}
type Require = ((id: string) => unknown) & { resolve(id: string): string; cache: Record<string, Module> }
type Wrapped = (exports: unknown, require: unknown, module: Module, filename: string | undefined, dirname: string | null) => unknown

/** As it was before a guest without code generation lost it: the host's modules are compiled with it. */
const { eval: evaluate } = globalThis as unknown as { eval: (source: string) => unknown }

const LEVELS = ['debug', 'log', 'info', 'warn', 'error', 'dir', 'trace'] as const

const builtins = new Map<string, unknown>()

/** The guest version of one of Node's modules. */
export function builtin(host: HostOps, name: string): unknown {
  if (builtins.has(name)) return builtins.get(name)
  const module = { exports: {} as unknown }
  const wrapper = evaluate(`(function (exports, module) { ${host.builtin(name)}\n})\n//# sourceURL=node:${name}`) as (
    exports: unknown,
    module: unknown,
  ) => void
  wrapper(module.exports, module)
  builtins.set(name, module.exports)
  return module.exports
}

/** What a NodeVM has beyond a VM: modules, `process`, timers, its console. */
export function nodeApi(peer: Peer, host: HostOps) {
  const cache: Record<string, Module> = Object.create(null) as Record<string, Module>
  const values = new Map<string, unknown>()
  let canRequire = false
  let next: { module: Module; commonjs: boolean; filename: string | undefined; dirname: string | null } | undefined

  const newModule = (filename: string | null, path: string | null, parent: Module | null): Module => ({
    id: filename ?? 'vm.js',
    filename,
    path,
    exports: {},
    loaded: false,
    children: [],
    parent,
  })

  const requireFor = (module: Module): Require => {
    const require = ((id: string): unknown => {
      if (typeof id !== 'string') throw new TypeError(`The "id" argument must be of type string. Received ${typeof id}`)
      if (!canRequire) throw missing(id)
      const from = module.path ?? ''
      return take(host.require(from, id, Object.keys(cache)), module)
    }) as Require
    require.resolve = (id: string): string => host.resolve(module.path ?? '', id)
    require.cache = cache
    return require
  }

  const take = (loaded: Loaded, parent: Module): unknown => {
    if (loaded.is === 'value') {
      if (!values.has(loaded.name)) values.set(loaded.name, peer.unpack(loaded.value))
      return values.get(loaded.name)
    }
    if (loaded.is === 'builtin') return builtin(host, loaded.name)
    const known = cache[loaded.path]
    if (known !== undefined) return known.exports
    const module = newModule(loaded.path, loaded.dir, parent)
    cache[loaded.path] = module
    parent.children.push(module)
    try {
      const text = loaded.text as string
      if (loaded.json === true) module.exports = JSON.parse(text)
      else {
        module.require = requireFor(module)
        const strict = loaded.strict === true ? '"use strict"; ' : ''
        const wrapper = evaluate(
          `(function (exports, require, module, __filename, __dirname) { ${strict}${text}\n})\n//# sourceURL=${loaded.path}`,
        ) as Wrapped
        Reflect.apply(wrapper, module.exports, [module.exports, module.require, module, loaded.path, loaded.dir])
      }
      module.loaded = true
      return module.exports
    } catch (error) {
      delete cache[loaded.path]
      throw error
    }
  }

  return {
    node(config: NodeConfig): void {
      canRequire = config.require
      installConsole(config.console, peer, host)
      installProcess(config, peer)
      installTimers(host)
    },
    prepare(filename: string | undefined, path: string | null, wrapper: string): void {
      const module = newModule(filename ?? null, path, null)
      module.require = requireFor(module)
      next = { module, commonjs: wrapper === 'commonjs', filename, dirname: path }
    },
    /** The wrapped source of a run came to this function. */
    module(wrapped: unknown): Packed {
      const { module, commonjs, filename, dirname } = next as NonNullable<typeof next>
      if (typeof wrapped !== 'function') throw new SyntaxError('The source closes its own module wrapper')
      const returned: unknown = Reflect.apply(wrapped as Wrapped, globalThis, [module.exports, module.require, module, filename, dirname])
      return peer.pack(commonjs ? module.exports : returned, commonjs ? 'module.exports' : 'result')
    },
    require(id: string, path: string): Packed {
      return peer.pack(requireFor(newModule(`${path}/vm.js`, path, null))(id), id)
    },
    fire(id: number): void {
      fire(id)
    },
  }
}

function missing(id: string): Error {
  return Object.assign(new Error(`Cannot find module '${id}'`), { name: 'VMError', code: 'ENOTFOUND' })
}

function installConsole(mode: NodeConfig['console'], peer: Peer, host: HostOps): void {
  const console = {} as Record<string, (...args: unknown[]) => void>
  for (const level of LEVELS) {
    console[level] = (...args) => {
      if (mode !== 'off') host.console(level, peer.pack(args, 'arguments'))
    }
  }
  Object.defineProperty(globalThis, 'console', { value: console, writable: true, enumerable: false, configurable: true })
}

function installProcess(config: NodeConfig, peer: Peer): void {
  const { versions, platform, arch } = config
  const process = {
    argv: config.argv ?? [],
    title: 'node',
    version: versions.node,
    versions,
    arch,
    platform,
    env: config.env === undefined ? {} : peer.unpack(config.env),
    cwd: () => '/',
    nextTick: (fn: (...args: unknown[]) => void, ...args: unknown[]) => {
      void Promise.resolve().then(() => fn(...args))
    },
    hrtime: Object.assign(
      (since?: [number, number]): [number, number] => {
        const now = Date.now()
        const [s, n]: [number, number] = [Math.floor(now / 1000), (now % 1000) * 1e6]
        if (since === undefined) return [s, n]
        return n < since[1] ? [s - since[0] - 1, n + 1e9 - since[1]] : [s - since[0], n - since[1]]
      },
      { bigint: () => BigInt(Date.now()) * 1_000_000n },
    ),
    on: () => process,
    once: () => process,
    listeners: () => [],
    removeListener: () => process,
    umask: () => 18,
  }
  define('process', process)
  define('global', globalThis)
}

const timers = new Map<number, { run(): void; repeat: boolean }>()
let lastTimer = 0

function fire(id: number): void {
  const timer = timers.get(id)
  if (timer === undefined) return
  if (!timer.repeat) timers.delete(id)
  timer.run()
}

function installTimers(host: HostOps): void {
  const start =
    (repeat: boolean, immediate = false) =>
    (fn: (...args: unknown[]) => void, ms?: unknown, ...args: unknown[]) => {
      if (typeof fn !== 'function') throw new TypeError('The "callback" argument must be of type function')
      const id = ++lastTimer
      const given = immediate ? (ms === undefined ? args : [ms, ...args]) : args
      timers.set(id, { run: () => fn(...given), repeat })
      host.timer(id, immediate ? 0 : Number(ms) || 0, repeat)
      return timerOf(id)
    }
  const timerOf = (id: number) => ({
    ref() {
      return this
    },
    unref() {
      return this
    },
    [Symbol.toPrimitive]: () => id,
  })
  const stop = (timer: unknown): void => {
    const id = Number(timer)
    if (timers.delete(id)) host.clear(id)
  }
  define('setTimeout', start(false))
  define('setInterval', start(true))
  define('setImmediate', start(false, true))
  define('clearTimeout', stop)
  define('clearInterval', stop)
  define('clearImmediate', stop)
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true })
}
