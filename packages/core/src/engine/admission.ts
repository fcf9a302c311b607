import { type LimitName, type Limits, statedLimits } from '../limits.js'
import { checkKeys, invalid, isRecord, oneOf, unsupported } from '../options.js'
import { SandboxError } from '../sandbox-error.js'
import type { Capabilities, EngineId, ExecutorOptions, LimitSupport, RunRequest } from '../spec.js'
import { encode } from './codec.js'
import { type FlatFunctions, flatten } from './host-functions.js'
import type { RunSpec } from './run-spec.js'

export const REQUEST_KEYS = [
  'input',
  'globals',
  'hostFunctions',
  'limits',
  'tenant',
  'freshness',
  'form',
  'language',
  'filename',
  'signal',
  'onLog',
]
/** Names of the language itself, which nothing can define anew. */
const FIXED_NAMES = ['undefined', 'NaN', 'Infinity', 'globalThis']

/** What an executor's options, a session's and a request have in common, where it is stated. */
export function checkCommon(given: Pick<RunRequest, 'form' | 'language' | 'freshness' | 'tenant' | 'onLog' | 'globals' | 'signal'>): void {
  const { tenant, onLog, globals, signal } = given
  oneOf('form', given.form, FORMS)
  oneOf('language', given.language, LANGUAGES)
  oneOf('freshness', given.freshness, FRESHNESS)
  if (tenant !== undefined && (typeof tenant !== 'string' || tenant === ''))
    throw invalid('tenant', 'must be a string that is not empty', tenant)
  if (onLog !== undefined && typeof onLog !== 'function') throw invalid('onLog', 'must be a function', onLog)
  if (globals !== undefined) {
    if (!isRecord(globals)) throw invalid('globals', 'must be an object of values by name', globals)
    for (const name of FIXED_NAMES)
      if (Object.hasOwn(globals, name)) throw invalid(`globals.${name}`, 'is the language’s own name: choose another')
  }
  if (signal !== undefined && (typeof signal?.addEventListener !== 'function' || typeof signal.aborted !== 'boolean')) {
    throw invalid('signal', 'must be an AbortSignal', signal)
  }
}

const FORMS = ['auto', 'script', 'body', 'module'] as const
const LANGUAGES = ['js', 'ts'] as const
const FRESHNESS = ['isolate', 'context'] as const

/** What is the same for all runs of an executor. */
export interface ExecutorDefaults {
  engine: EngineId
  capabilities: Capabilities
  options: ExecutorOptions
  stated: Partial<Limits>
  /** What is stated, and the defaults for the rest. */
  limits: Limits
  functions: FlatFunctions
}

/** A run as it was asked for, checked. */
export interface Admitted {
  spec: RunSpec
  limits: Limits
  functions: FlatFunctions
  unenforced: LimitName[]
  /** The run ends here: its source or its values are too large or cannot cross. */
  refused?: SandboxError
}

/** Checks a request before anything of the run starts. A host's mistake throws. `sync`: the caller will wait for it. */
export function admit(source: unknown, request: RunRequest, defaults: ExecutorDefaults, mode: RunSpec['mode'], sync = false): Admitted {
  const { options, capabilities, engine } = defaults
  if (typeof source !== 'string') throw invalid('source', 'must be a string', source)
  if (typeof request !== 'object' || request === null) throw invalid('request', 'must be an object', request)
  checkKeys(request, REQUEST_KEYS, 'request')
  const stated = statedLimits(request.limits)
  checkStated(stated, capabilities, engine, options)
  const limits = request.limits === undefined ? defaults.limits : { ...defaults.limits, ...stated }
  const form = oneOf('form', request.form, FORMS) ?? options.form ?? 'auto'
  const language = oneOf('language', request.language, LANGUAGES) ?? options.language ?? 'js'
  const freshness = oneOf('freshness', request.freshness, FRESHNESS) ?? options.freshness ?? 'isolate'
  if (!capabilities.freshness.includes(freshness)) {
    throw unsupported('freshness', `"${freshness}" is not what ${engine} can give. It has: ${capabilities.freshness.join(', ')}.`)
  }
  if (form === 'module' && !capabilities.modules) throw unsupported('form', `"module": ${engine} has no modules.`)
  if (language === 'ts' && !capabilities.typescript) throw unsupported('language', `"ts": ${engine} takes JavaScript only.`)
  const filename = request.filename ?? 'guest.js'
  if (typeof filename !== 'string' || !/^[\w./-]{1,200}$/.test(filename)) {
    throw invalid('filename', 'must be 1 to 200 letters, digits and ._-/', filename)
  }
  checkCommon(request)
  const merged = mergeFunctions(defaults, request)
  const functions = sync ? allSync(merged) : merged

  let refused: SandboxError | undefined
  const refuse = (
    code: 'BEDDEL_SOURCE_TOO_LARGE' | 'BEDDEL_INPUT_TOO_LARGE' | 'BEDDEL_NOT_TRANSFERABLE',
    message: string,
    path?: string,
  ) => {
    refused ??= new SandboxError(code, message, { phase: 'admit', engine, ...(path && { details: { path } }) })
    return ''
  }
  if (source.length > limits.sourceBytes) {
    refuse('BEDDEL_SOURCE_TOO_LARGE', `The source is ${source.length} units long, the limit is ${limits.sourceBytes}`)
  }
  const cross = (value: unknown, name: string): string => {
    const encoded = encode(value, limits.inputBytes, name, false)
    if (encoded.problem === undefined) return encoded.text
    const { kind, path, what } = encoded.problem
    return kind === 'size'
      ? refuse('BEDDEL_INPUT_TOO_LARGE', `${path}: ${what}`, path)
      : refuse('BEDDEL_NOT_TRANSFERABLE', `${path} cannot cross into the sandbox: ${what}`, path)
  }
  const globals = mergeGlobals(options.globals, request.globals)
  const hasInput = Object.hasOwn(request, 'input') && request.input !== undefined
  refuseClashes(globals, functions, hasInput)
  const spec: RunSpec = {
    mode,
    source,
    form,
    language,
    filename,
    input: hasInput ? cross(request.input, 'input') : '',
    globals: globals === undefined ? '' : cross(globals, 'globals'),
    functions: Array.from(functions, ([name, { sync }]) => [name, sync ? 's' : 'a']),
    freshness,
    timeoutMs: limits.timeoutMs,
    memoryBytes: limits.memoryBytes,
    resultBytes: limits.resultBytes,
    logBytes: limits.logBytes,
    hostCalls: limits.hostCalls,
    web: options.web ?? false,
    codegen: options.codegen ?? false,
    wasm: options.wasm ?? false,
  }
  if (limits.operations !== undefined) spec.operations = limits.operations
  return { spec, limits, functions, unenforced: unenforced(capabilities, defaults.stated, stated), ...(refused && { refused }) }
}

/** An executor's functions and a session's come with each of its calls. */
const synchronous = new WeakMap<FlatFunctions, FlatFunctions>()

/** In a synchronous run nothing can be awaited: every host function answers at once. */
function allSync(functions: FlatFunctions): FlatFunctions {
  let made = synchronous.get(functions)
  if (made === undefined) {
    made = new Map(Array.from(functions, ([name, { fn }]) => [name, { fn, sync: true }]))
    synchronous.set(functions, made)
  }
  return made
}

/** A limit that the caller states must be one that the engine can hold. */
export function checkStated(stated: Partial<Limits>, capabilities: Capabilities, engine: string, options: ExecutorOptions): void {
  const { wall, heap, operations } = capabilities.limits
  const check = (name: 'timeoutMs' | 'memoryBytes' | 'operations', { enforced, note }: LimitSupport): void => {
    if (stated[name] === undefined || enforced !== 'none') return
    throw unsupported(`limits.${name}`, `cannot be held by ${engine}${note ? `: ${note}` : ''}. Leave it out or choose another engine.`, {
      engine,
    })
  }
  check('timeoutMs', wall)
  check('memoryBytes', heap)
  check('operations', operations)
  if (stated.operations !== undefined && options.codegen === true && capabilities.limits.operations.note === 'metered') {
    throw unsupported('limits.operations', 'cannot be counted together with codegen: code made from strings is not metered.', { engine })
  }
}

/** Defaults that this engine does not hold. */
function unenforced({ limits: { wall, heap } }: Capabilities, ...stated: Partial<Limits>[]): LimitName[] {
  const names: LimitName[] = []
  const isStated = (name: LimitName): boolean => stated.some((layer) => layer[name] !== undefined)
  if (wall.enforced === 'none' && !isStated('timeoutMs')) names.push('timeoutMs')
  if (heap.enforced === 'none' && !isStated('memoryBytes')) names.push('memoryBytes')
  return names
}

function mergeGlobals(base: Record<string, unknown> | undefined, more: Record<string, unknown> | undefined) {
  if (more !== undefined && (typeof more !== 'object' || more === null)) throw invalid('globals', 'must be an object', more)
  return base === undefined ? more : more === undefined ? base : { ...base, ...more }
}

/** One name for two things: one of them would not be there. */
function refuseClashes(globals: Record<string, unknown> | undefined, functions: FlatFunctions, hasInput: boolean): void {
  if (hasInput && globals !== undefined && Object.hasOwn(globals, 'input'))
    throw invalid('globals.input', 'is the name of the input: choose another')
  for (const path of functions.keys()) {
    const [name] = path.split('.', 1) as [string]
    if ((hasInput && name === 'input') || (globals !== undefined && Object.hasOwn(globals, name))) {
      throw invalid(
        `hostFunctions.${name}`,
        `is the name of ${name === 'input' && hasInput ? 'the input' : 'a global'} as well: choose another`,
      )
    }
  }
}

function mergeFunctions(defaults: ExecutorDefaults, request: RunRequest): FlatFunctions {
  if (request.hostFunctions === undefined) return defaults.functions
  const own = flatten(request.hostFunctions)
  checkFunctions(own, defaults.capabilities, defaults.engine)
  return defaults.functions.size === 0 ? own : new Map([...defaults.functions, ...own])
}

export function checkFunctions(functions: FlatFunctions, capabilities: Capabilities, engine: string): void {
  for (const [name, { sync }] of functions) {
    if (capabilities.hostCalls === 'none' || (sync && capabilities.hostCalls !== 'sync+async')) {
      throw unsupported(`hostFunctions.${name}`, `${sync ? 'is synchronous, which' : ''} ${engine} cannot call.`, { engine })
    }
  }
}
