import {
  type Capabilities,
  type EngineId,
  type Executor,
  type ExecutorProvider,
  invalid,
  isRecord,
  noEngineError,
  type Placement,
  type Trust,
} from '@beddel/core'
import type { AdapterOptions } from './adapter-options.js'
import type { EngineEntry } from './engine-entry.js'
import { engineEntry, engineOrder } from './engine-list.js'
import { WELL_KNOWN } from './engines.js'
import { GatedExecutor } from './gated-executor.js'
import { planOf } from './plan.js'
import { loadEngine } from './probes.js'
import { selectExecutorNow } from './select-now.js'
import { selectExecutor } from './select.js'
import { knownEngine, settingsOf } from './settings.js'
import { SandboxError } from '@beddel/core'

/** Options of one engine's executor: the adapter's, without the choice. */
export type CreateExecutorOptions = Omit<AdapterOptions, 'engine'>

/** Options of an automatic choice. */
export interface BestExecutorOptions extends CreateExecutorOptions {
  /** `false` puts isolated-vm behind the other engines. Default true. */
  preferIsolatedVm?: boolean
  /** Permits an engine that needs a browser page. On Node there is none, so it changes nothing there. Default true. */
  allowBrowser?: boolean
}

/** Whether the isolated-vm engine can be used here: its canary ran, in a child process. Never rejects; remembered. */
export const checkIsolatedVm = (): Promise<boolean> => isUsable(WELL_KNOWN.isolatedVm)

/** Whether the worker engine can be used here. Never rejects; remembered. */
export const checkWorkerThreads = (): Promise<boolean> => isUsable(WELL_KNOWN.worker)

/** Whether the vm2 engine could be used here, once it is allowed. Never rejects; remembered. */
export const checkVm2 = (): Promise<boolean> => isUsable(WELL_KNOWN.vm2)

async function isUsable(engine: EngineId): Promise<boolean> {
  try {
    const plan = planOf(settingsOf({ engine, allowVm2: true, config: false }), [engineEntry(engine)])
    const { survey } = await import('./explain.js')
    const { report } = await survey(plan)
    return report.chosen === engine
  } catch {
    return false
  }
}

/**
 * The id of the engine that would be chosen with these options; the environment and `beddel.toml` count. Rejects with
 * `BEDDEL_NO_ENGINE` where there is none, as the adapter would.
 */
export async function detectBestExecutor(options: BestExecutorOptions = {}): Promise<EngineId> {
  const { survey } = await import('./explain.js')
  const { report, candidates } = await survey(bestPlan(options))
  if (report.chosen !== undefined) return report.chosen
  const { engine, where } = candidates.plan.decision
  if (engine === undefined) throw noEngineError(report)
  const reason = report.engines.find((found) => found.engine === engine)?.reason
  throw new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', `${where} asks for ${engine}, which cannot be used: ${reason}.`, {
    phase: 'configure',
    engine,
    details: { report },
  })
}

/** An executor of this engine, whose canary has just run. Its `run` gives the whole outcome; `dispose` it when done. */
export async function createExecutor(type: EngineId | ExecutorProvider, options: CreateExecutorOptions = {}): Promise<Executor> {
  refuseEngine(options, 'is the first argument')
  if (type === undefined) throw invalid('type', 'must be the name of an engine or a provider')
  return new GatedExecutor(await selectExecutor(planOf(settingsOf({ ...options, engine: type }))))
}

/** As {@link createExecutor}, for a caller who cannot wait: the engine must be able to run synchronously. */
export function createExecutorSync(type: EngineId | ExecutorProvider, options: CreateExecutorOptions = {}): Executor {
  refuseEngine(options, 'is the first argument')
  if (type === undefined) throw invalid('type', 'must be the name of an engine or a provider')
  return new GatedExecutor(selectExecutorNow(planOf(settingsOf({ ...options, engine: type }))))
}

/** An executor of the engine that {@link detectBestExecutor} names. */
export async function createBestExecutor(options: BestExecutorOptions = {}): Promise<Executor> {
  return new GatedExecutor(await selectExecutor(bestPlan(options)))
}

/** What an engine declares for a placement; its default one where none is given. Loads the engine's package. */
export async function getExecutorCapabilities(type: EngineId, placement?: Placement): Promise<Capabilities> {
  const entry = engineEntry(knownEngine(type, 'type'))
  const loaded = await loadEngine(entry)
  if (loaded.provider === undefined) {
    throw new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', `${type} is not here: ${loaded.reason}. To do: ${loaded.fix}.`, {
      phase: 'configure',
      engine: type,
    })
  }
  const { placements } = loaded.provider
  if (placement !== undefined && !placements.includes(placement)) {
    throw invalid('placement', `must be one of ${placements.join(', ')} for ${type}`, placement)
  }
  return loaded.provider.capabilities(placement)
}

function bestPlan(given: BestExecutorOptions) {
  if (!isRecord(given)) throw invalid('options', 'must be an object', given)
  const { preferIsolatedVm = true, allowBrowser = true, ...options } = given
  refuseEngine(options, 'belongs to createExecutor: here the engine is chosen')
  for (const [key, value] of Object.entries({ preferIsolatedVm, allowBrowser })) {
    if (typeof value !== 'boolean') throw invalid(key, 'must be true or false', value)
  }
  const settings = settingsOf(options)
  return planOf(settings, preferIsolatedVm ? undefined : isolatedVmLast(settings.trust))
}

function isolatedVmLast(trust: Trust): EngineEntry[] {
  const order = engineOrder(trust)
  const last = ({ id }: EngineEntry): boolean => id === WELL_KNOWN.isolatedVm
  return [...order.filter((entry) => !last(entry)), ...order.filter(last)]
}

function refuseEngine(options: object, why: string): void {
  if ('engine' in options) throw invalid('engine', why)
}
