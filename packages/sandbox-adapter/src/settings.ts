import {
  type AuditSink,
  checkKeys,
  type EngineId,
  type ExecutorOptions,
  type ExecutorProvider,
  invalid,
  isRecord,
  LIMIT_KEYS,
  type Limits,
  nearest,
  oneOf,
  SPEC,
  type Trust,
} from '@beddel/core'
import { ADAPTER_KEYS, type AdapterOptions, ENGINE_KEYS } from './adapter-options.js'
import { ENGINE_IDS } from './engine-list.js'
import { checkedSink } from './checked-sink.js'
import { statedTogether } from './flat-limits.js'
import { checkedPolicies } from './checked-policies.js'
import type { Policy } from './policies.js'
import { type ThreatGate, threatGateOf } from './threat-gate.js'

/** An adapter's options, checked and under one name each. */
export interface Settings {
  /** The engine that the code named. */
  engine: EngineId | undefined
  /** An engine of somebody else; then `engine` is its id. */
  provider: ExecutorProvider | undefined
  trust: Trust
  allowVm2: boolean | undefined
  /** Limits that the code states. */
  stated: Partial<Limits>
  policies: readonly Policy[]
  threatGate: ThreatGate | undefined
  audit: AuditSink | undefined
  config: string | false | undefined
  /** What every engine is given, without the limits. */
  common: ExecutorOptions
  engineOptions: Record<EngineId, Record<string, unknown>>
}

const KNOWN = [...ADAPTER_KEYS, ...ENGINE_KEYS, ...LIMIT_KEYS]

/** Throws `BEDDEL_INVALID_OPTION` or `BEDDEL_OPTION_UNSUPPORTED`; reads nothing but its argument. */
export function settingsOf(options: AdapterOptions = {}): Settings {
  if (!isRecord(options)) throw invalid('options', 'must be an object', options)
  checkKeys(options, KNOWN, 'options')
  const { engine, provider } = checkedEngine(options.engine)
  const { config } = options
  if (config !== undefined && config !== false && (typeof config !== 'string' || config === '')) {
    throw invalid('config', 'must be a path, or false for no file', config)
  }
  if (options.allowVm2 !== undefined && typeof options.allowVm2 !== 'boolean') {
    throw invalid('allowVm2', 'must be true or false', options.allowVm2)
  }
  return {
    engine,
    provider,
    trust: oneOf('trust', options.trust, ['untrusted', 'trusted']) ?? 'untrusted',
    allowVm2: options.allowVm2,
    stated: statedTogether(options, 'options'),
    policies: checkedPolicies(options.policies),
    threatGate: threatGateOf(options),
    audit: checkedSink(options.audit),
    config,
    common: commonOptions(options),
    engineOptions: checkedEngineOptions(options.engineOptions, engine),
  }
}

function commonOptions(options: AdapterOptions): ExecutorOptions {
  const common: Record<string, unknown> = {}
  for (const key of ENGINE_KEYS) if (options[key] !== undefined) common[key] = options[key]
  if (options.sandbox !== undefined) {
    if (options.globals !== undefined) throw invalid('sandbox', 'is the old name of globals: give one of the two')
    common.globals = options.sandbox
  }
  oneOf('placement', common.placement, ['process', 'in-process'])
  oneOf('freshness', common.freshness, ['isolate', 'context'])
  return common as ExecutorOptions
}

function checkedEngine(given: unknown): Pick<Settings, 'engine' | 'provider'> {
  if (given === undefined) return { engine: undefined, provider: undefined }
  if (typeof given === 'string') return { engine: knownEngine(given, 'engine'), provider: undefined }
  const provider = given as Partial<ExecutorProvider> | null
  if (typeof provider !== 'object' || provider === null || typeof provider.create !== 'function' || typeof provider.id !== 'string') {
    throw invalid('engine', 'must be the name of an engine or a provider', given)
  }
  if (provider.spec !== SPEC) throw invalid('engine.spec', `must be "${SPEC}": this adapter speaks no other version`, provider.spec)
  return { engine: provider.id, provider: provider as ExecutorProvider }
}

/** An engine's name that somebody wrote at `where`. */
export function knownEngine(given: unknown, where: string): EngineId {
  if (typeof given !== 'string') throw invalid(where, `must be one of ${ENGINE_IDS.join(', ')}`, given)
  if (ENGINE_IDS.includes(given)) return given
  const near = nearest(given, ENGINE_IDS)
  throw invalid(where, `must be one of ${ENGINE_IDS.join(', ')}${near === undefined ? '' : ` (did you mean "${near}"?)`}`, given)
}

function checkedEngineOptions(given: unknown, engine: EngineId | undefined): Settings['engineOptions'] {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null) throw invalid('engineOptions', 'must be an object of options by engine', given)
  checkKeys(given, engine === undefined ? ENGINE_IDS : [...new Set([...ENGINE_IDS, engine])], 'engineOptions')
  for (const [id, own] of Object.entries(given)) {
    const where = `engineOptions.${id}`
    if (typeof own !== 'object' || own === null) throw invalid(where, 'must be an object', own)
    for (const key of Object.keys(own)) {
      // Selection must see the limits and the trust, so they have one place only.
      if ((KNOWN as string[]).includes(key)) throw invalid(`${where}.${key}`, `belongs beside engineOptions, as "${key}"`)
    }
  }
  return given as Settings['engineOptions']
}
