import { checkKeys, invalid, type LimitsInput, type Placement, unsupported } from '@beddel/core'
import { callingFile } from './call-site.js'
import { fraction, type Migration, readMigration, type Rule } from './migration-file.js'
import type { EngineOptions } from './options.js'
import type { Mode } from './recording.js'
import { type RecordingFolder, recordingFolder, type RecordingOptions } from './recordings.js'
import { isChosen, type Rollout, rolloutOf } from './rollout.js'
import type { ThreadBounds } from './shadow/thread.js'

/** The engine that every call site begins with: vm2 itself. */
export const LEGACY = 'vm2'
/** The environment variable that chooses the engine of VMs whose code does not. */
export const ENGINE_VARIABLE = 'BEDDEL_VM2_ENGINE'
/** The environment variable that shadows VMs whose code says nothing: the engine on which. */
export const SHADOW_VARIABLE = 'BEDDEL_VM2_SHADOW'

/** How a VM on vm2 is shadowed. */
export interface ShadowOptions {
  /** The engine that answers the same calls, out of the caller's way. */
  engine: string
  /** Share of the VMs that are shadowed, from 0 to 1, drawn for each one. Default 1. */
  share?: number
  /** Default `process`. */
  placement?: Placement
  /** Limits of each call there, as `limits` of a VM on that engine; `timeoutMs` is 20 000 by default. */
  limits?: LimitsInput
  /** Calls, in all shadows of this process, that may wait for their turn. Default 1 000. */
  pendingCalls?: number
  /** UTF-16 units of what waits, values included. Default 16 777 216. */
  pendingBytes?: number
  /** UTF-16 units of one call: source, arguments, result and host calls. Default 1 048 576. */
  callBytes?: number
  /** VMs that are shadowed at a time, in this process. The one that was idle for longest makes room. Default 32. */
  vms?: number
}

export type ShadowBounds = ThreadBounds & { callBytes: number }

export interface ShadowPlan {
  engine: string
  placement?: Placement
  limits?: LimitsInput
  bounds: ShadowBounds
}

/** What was decided for one VM when it was made. */
export interface Plan {
  engine: string
  mode: Mode
  site: string
  file?: string
  tenant?: string
  shadow?: ShadowPlan
  /** Whether its calls are recorded. */
  recorded: boolean
  values: boolean
  folder?: RecordingFolder
  rollout?: Rollout
}

const SHADOW_KEYS = ['engine', 'share', 'placement', 'limits', 'pendingCalls', 'pendingBytes', 'callBytes', 'vms']
const RECORDING_KEYS = ['folder', 'values', 'fileBytes', 'files']
const UNNAMED = '(unnamed)'

/**
 * The engine for a VM, and whether another one shadows it: what its code says, else the environment, else `[migration]` in
 * `beddel.toml` (in the working directory), else vm2. Decided once for each VM: later changes are for VMs that are made later.
 */
export function planFor(options: EngineOptions): Plan {
  const { engine, shadow, name, tenant, config } = options
  for (const [key, value] of Object.entries({ name, tenant, key: options.key })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw invalid(key, 'must be a string that is not empty', value)
  }
  if (engine !== undefined && (typeof engine !== 'string' || engine === ''))
    throw invalid('engine', 'must be the name of an engine', engine)
  const base = { site: name ?? UNNAMED, ...(tenant !== undefined && { tenant }) }
  if (shadow !== undefined && shadow !== false) {
    if (engine !== undefined && engine !== LEGACY)
      throw unsupported('shadow', `compares another engine with ${LEGACY}, and engine is ${engine}.`)
    return shadowed(base, shadow, options, readMigration(config))
  }
  const env = process.env
  const chosen = engine ?? env[ENGINE_VARIABLE]
  if (chosen !== undefined && chosen !== '') {
    const { [SHADOW_VARIABLE]: fromEnvironment = '' } = env
    const shadows = engine === undefined && chosen === LEGACY && fromEnvironment !== '' && shadow !== false
    return shadows ? shadowed(base, fromEnvironment, options, readMigration(config)) : unwatched(base, chosen)
  }
  const { [SHADOW_VARIABLE]: fromEnvironment = '' } = env
  const migration = readMigration(config)
  if (fromEnvironment !== '' && shadow !== false) return shadowed(base, fromEnvironment, options, migration)
  return migration === undefined ? unwatched(base, LEGACY) : ruled(base, options, migration)
}

type Base = Pick<Plan, 'site' | 'tenant'>

const unwatched = (base: Base, engine: string): Plan => ({
  ...base,
  engine,
  mode: engine === LEGACY ? 'vm2' : 'new',
  recorded: false,
  values: false,
})

function shadowed(base: Base, given: string | ShadowOptions, options: EngineOptions, migration: Migration | undefined): Plan {
  const asked = typeof given === 'string' ? { engine: given } : given
  const shadow = shadowPlan(asked)
  if (!isChosen(base.site, undefined, 100 * fraction('shadow.share', asked.share ?? 1))) return unwatched(base, LEGACY)
  return { ...base, engine: LEGACY, mode: 'shadow', shadow, ...fileOf(), ...recordingsOf(options, migration) }
}

function ruled(base: Base, options: EngineOptions, migration: Migration): Plan {
  const { rules, rest, watched, file } = migration
  const from = rules.some((rule) => rule.file !== undefined) ? callingFile() : undefined
  const rule = rules.find((one) => applies(one, base, from)) ?? rest
  if (rule === rest && !watched) return unwatched(base, rest.mode === 'vm2' ? LEGACY : (rest.engine as string))
  const rollout = rolloutOf(rule, file, base.site)
  const { mode } = rollout
  if (mode === 'vm2') return unwatched(base, LEGACY)
  const plan = { ...base, ...(from === undefined ? fileOf() : { file: from }), ...recordingsOf(options, migration), rollout }
  const key = options.key ?? base.tenant
  if (mode === 'new' || (mode === 'canary' && isChosen(base.site, key, rule.percentage)))
    return { ...plan, engine: rule.engine as string, mode }
  const shadows = options.shadow !== false && isChosen(base.site, undefined, 100 * rule.share)
  if (!shadows) return unwatched(base, LEGACY)
  return { ...plan, engine: LEGACY, mode: 'shadow', shadow: shadowPlan({ engine: rule.engine as string }) }
}

function applies({ site, file, tenant }: Rule, base: Base, from: string | undefined): boolean {
  if (site !== undefined && !(base.site !== UNNAMED && site.test(base.site))) return false
  if (file !== undefined && !(from !== undefined && file.test(from))) return false
  return tenant === undefined || (base.tenant !== undefined && tenant.test(base.tenant))
}

function fileOf(): { file?: string } {
  const file = callingFile()
  return file === undefined ? {} : { file }
}

function shadowPlan(given: unknown): ShadowPlan {
  if (typeof given !== 'object' || given === null) throw invalid('shadow', 'must be the name of an engine, or options', given)
  checkKeys(given, SHADOW_KEYS, 'shadow')
  const {
    engine,
    placement,
    limits,
    pendingCalls = 1_000,
    pendingBytes = 16_777_216,
    callBytes = 1_048_576,
    vms = 32,
  } = given as ShadowOptions
  if (typeof engine !== 'string' || engine === '' || engine === LEGACY) {
    throw invalid('shadow.engine', `must be the name of an engine that is not ${LEGACY}`, engine)
  }
  const bounds = { pendingCalls, pendingBytes, callBytes, vms }
  for (const [key, value] of Object.entries(bounds)) {
    if (!Number.isInteger(value) || value < 1) throw invalid(`shadow.${key}`, 'must be a whole number, at least 1', value)
  }
  return { engine, bounds, ...(placement !== undefined && { placement }), ...(limits !== undefined && { limits }) }
}

function recordingsOf({ recordings }: EngineOptions, migration: Migration | undefined): Pick<Plan, 'recorded' | 'values' | 'folder'> {
  const { recordings: inFile, values: valuesInFile = false } = migration ?? {}
  const given = recordings ?? inFile ?? {}
  if (given === false) return { recorded: true, values: valuesInFile }
  const asked: RecordingOptions = typeof given === 'string' ? { folder: given } : given
  if (typeof asked !== 'object' || asked === null) throw invalid('recordings', 'must be the path of a folder, options, or false', given)
  checkKeys(asked, RECORDING_KEYS, 'recordings')
  const { folder = typeof inFile === 'string' ? inFile : undefined, values = valuesInFile, fileBytes, files } = asked
  if (folder !== undefined && (typeof folder !== 'string' || folder === '')) throw invalid('recordings.folder', 'must be a path', folder)
  for (const [key, value] of Object.entries({ fileBytes, files })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      throw invalid(`recordings.${key}`, 'must be a whole number, at least 1', value)
  }
  const own = {
    ...(folder !== undefined && { folder }),
    ...(fileBytes !== undefined && { fileBytes }),
    ...(files !== undefined && { files }),
  }
  return { recorded: true, values, folder: recordingFolder(own) }
}
