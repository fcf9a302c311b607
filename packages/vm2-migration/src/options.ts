import type { LimitsInput, Placement, ProcessOptions, Trust } from '@beddel/core'
import { checkKeys, invalid } from '@beddel/core'
import type { Difference } from './differences.js'
import type { RequireOptions } from './modules.js'
import type { RecordingOptions } from './recordings.js'
import type { ShadowOptions } from './choice.js'
import type { Resolver } from './resolver.js'
import { cannotKeep, VMError } from './vm-error.js'

/** Gives JavaScript for a source; called in this process. */
export type CompilerFunction = (code: string, filename: string) => string
export type CompilerOption = 'javascript' | 'typescript' | 'coffeescript' | CompilerFunction

/** vm2's own options of a VM. */
export interface LegacyVmOptions {
  /** `javascript` (default), `typescript` (types only, stripped where the guest runs), or a function. */
  compiler?: CompilerOption
  compilerOptions?: Record<string, unknown>
  /** Values and functions that become globals of the guest. */
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  sandbox?: any
  /** Milliseconds for each `run`. */
  timeout?: number
  /** `false`: `eval` and `Function` throw an `EvalError`. Default true. */
  eval?: boolean
  /** `WebAssembly` for the guest. Default true on vm2; false elsewhere, where engines cannot all bound its memory. */
  wasm?: boolean
  /** `false`: code with `async` or `await` is refused with a `VMError`. Default true. */
  allowAsync?: boolean
  /** @deprecated Old name of `allowAsync: false`. */
  fixAsync?: boolean
  /** Largest single `Buffer` that the guest may make, in bytes. Default: no limit but the engine's memory. */
  bufferAllocLimit?: number
}

/** vm2's own options of a NodeVM. */
export interface LegacyNodeVmOptions extends LegacyVmOptions {
  /** `inherit` (default): the host's console. `redirect`: events `console.log` and so on. `off`: nothing. */
  console?: 'inherit' | 'redirect' | 'off'
  /** Default false: nothing can be required. */
  require?: boolean | RequireOptions | Resolver
  /** Works on vm2 only. */
  nesting?: boolean
  /** `commonjs` (default): the result is `module.exports`. `none`: what the code returns. */
  wrapper?: 'commonjs' | 'none'
  /** Default `['js']`. */
  sourceExtensions?: readonly string[]
  argv?: string[]
  // biome-ignore lint/suspicious/noExplicitAny: as in vm2
  env?: any
  strict?: boolean
}

/** What this package adds to vm2's options. None of them reaches vm2. */
export interface EngineOptions {
  /** `vm2` (default), `isolated-vm`, `quickjs`. Absent: `BEDDEL_VM2_ENGINE`, then `[migration] engine` in `beddel.toml`. */
  engine?: string
  /** Where the guest runs. Default `process`: supervised child processes. `in-process` is faster, and needs consent. */
  placement?: Placement
  /** `trusted` permits `placement: 'in-process'` where a guest could end or stall this process. Default `untrusted`. */
  trust?: Trust
  /** The same consent, for the host's life alone. */
  acceptHostRisk?: boolean
  processes?: ProcessOptions
  /**
   * Limits of each call into the guest. Default `timeoutMs` 5 000 (or vm2's `timeout`), `memoryBytes` 128 MiB, `hostCalls`
   * 1 000 000, `sourceBytes` and `inputBytes` 16 MiB, `resultBytes` 4 MiB. A promise that is settled, a timer and a function of the
   * guest that is called are calls of their own.
   */
  limits?: LimitsInput
  /** Whose guests these are: processes are never shared between tenants. */
  tenant?: string
  /** What a canary goes by: the same key at the same site is always on the same engine. Default: `tenant`; without one, drawn for each VM. */
  key?: string
  /**
   * On vm2 only: another engine answers the same calls too, later and in another thread, and what differs is recorded. The caller
   * gets vm2's answers. `false`: never, whatever environment or file say. Absent: what they say.
   */
  shadow?: string | ShadowOptions | false
  /** Where calls are recorded, as JSON Lines. A folder, options, or `false`: on the diagnostics channel only. */
  recordings?: string | RecordingOptions | false
  /** The call site's name, for what is reported about it. */
  name?: string
  /** Path of a configuration file, or `false` for none. Default `beddel.toml` in the working directory. */
  config?: string | false
  /** Whether the guest sees name and message of an error that a host function throws, as in vm2. Default true. */
  exposeHostErrors?: boolean
  /** Told of each difference from vm2 that was noticed. */
  onDifference?: (difference: Difference) => void
}

export interface VMOptions extends LegacyVmOptions, EngineOptions {}
export interface NodeVMOptions extends LegacyNodeVmOptions, EngineOptions {}

const ENGINE_KEYS = [
  'engine',
  'placement',
  'trust',
  'acceptHostRisk',
  'processes',
  'limits',
  'tenant',
  'key',
  'shadow',
  'recordings',
  'name',
  'config',
  'exposeHostErrors',
  'onDifference',
] as const satisfies (keyof EngineOptions)[]
const VM_KEYS = ['timeout', 'sandbox', 'compiler', 'compilerOptions', 'eval', 'wasm', 'allowAsync', 'fixAsync', 'bufferAllocLimit']
const NODE_KEYS = ['console', 'require', 'nesting', 'wrapper', 'sourceExtensions', 'argv', 'env', 'strict']

/** vm2's options without ours. */
export function legacyOptions<T extends object>(options: T): T {
  const legacy = { ...options } as Record<string, unknown>
  for (const key of ENGINE_KEYS) delete legacy[key]
  return legacy as T
}

/** Throws for options that are unknown, wrong, or cannot be kept on an engine that is not vm2. */
export function checkOptions(options: NodeVMOptions, kind: 'VM' | 'NodeVM'): void {
  checkKeys(options, [...VM_KEYS, ...(kind === 'NodeVM' ? NODE_KEYS : []), ...ENGINE_KEYS], 'options')
  const { sandbox, timeout, bufferAllocLimit, compiler, onDifference } = options
  if (sandbox && typeof sandbox !== 'object')
    throw new VMError('Sandbox must be object.', { code: 'BEDDEL_INVALID_OPTION', path: 'sandbox' })
  if (timeout !== undefined && timeout !== 0 && !(timeout >= 1 && timeout < 2 ** 31)) {
    throw invalid('timeout', 'must be milliseconds from 1 to 2147483647', timeout)
  }
  if (bufferAllocLimit !== undefined && !(bufferAllocLimit >= 0)) {
    throw new VMError('bufferAllocLimit must be a non-negative number.', { code: 'BEDDEL_INVALID_OPTION', path: 'bufferAllocLimit' })
  }
  if (onDifference !== undefined && typeof onDifference !== 'function') throw invalid('onDifference', 'must be a function', onDifference)
  languageOf(compiler)
  if (options.nesting) {
    throw cannotKeep(
      'nesting',
      'gives the guest classes of the host with which it can load any module.',
      'Make the inner VM on the host, and give the guest a function that runs code in it.',
    )
  }
}

export type Language = 'js' | 'ts'
export type Compiler = { language: Language; compile?: CompilerFunction }

/** vm2's `compiler` as ours. Types are stripped where the guest runs. */
export function languageOf(compiler: unknown = 'javascript'): Compiler {
  if (typeof compiler === 'function') return { language: 'js', compile: compiler as CompilerFunction }
  switch (compiler) {
    case 'javascript':
    case 'java-script':
    case 'js':
    case 'text/javascript':
      return { language: 'js' }
    case 'typescript':
    case 'type-script':
    case 'ts':
    case 'text/typescript':
      return { language: 'ts' }
    case 'coffeescript':
    case 'coffee-script':
    case 'cs':
    case 'text/coffeescript':
      throw cannotKeep(
        'compiler',
        `"${String(compiler)}" is not here.`,
        'Give your own: compiler: (code) => CoffeeScript.compile(code, { bare: true }).',
      )
    default:
      throw new VMError(`Unsupported compiler '${String(compiler)}'.`, { code: 'BEDDEL_INVALID_OPTION', path: 'compiler' })
  }
}
