import type { Capabilities, ExecutorOptions, ExecutorProvider, Limits, Placement, SandboxError, SelectionRules } from '@beddel/core'
import { type FileSettings, readConfigFile } from './config-file.js'
import { consent, type Decision, decide, notAllowed } from './decision.js'
import type { EngineEntry } from './engine-entry.js'
import { engineOrder } from './engine-list.js'
import { cannotDo } from './fit.js'
import type { Settings } from './settings.js'

/** All that a selection goes by, read once: the code's options, the environment, the file. */
export interface Plan {
  settings: Settings
  file: FileSettings | undefined
  decision: Decision
  /** Engines in the order in which they are considered. */
  entries: readonly EngineEntry[]
  /** Limits that code or file state. */
  stated: Partial<Limits>
}

/** Reads the environment and the file. Throws for a mistake in them, and for a choice below the trust floor. */
export function planOf(settings: Settings, engines?: readonly EngineEntry[]): Plan {
  const entries = engines ?? (settings.provider === undefined ? engineOrder(settings.trust) : [foreign(settings.provider)])
  const file = readConfigFile(settings.config)
  const plan = { settings, file, decision: decide(settings, file), entries, stated: { ...file?.stated, ...settings.stated } }
  for (const entry of entries) {
    if (entry.id !== plan.decision.engine) continue
    const asked = consent(entry, settings)
    if (asked?.allowed === false) throw notAllowed(entry.id, asked.how)
  }
  return plan
}

/** The selection's rules. `unfit` says why an engine cannot do what was asked for. */
export function rulesOf(plan: Plan, unfit: SelectionRules['unfit']): SelectionRules {
  const { settings, decision } = plan
  return {
    trust: settings.trust,
    forced:
      decision.engine === undefined ? undefined : { engine: decision.engine, byCode: decision.by === 'argument', why: decision.where },
    unfit,
  }
}

export function placementOf({ settings }: Plan, provider: ExecutorProvider): Placement {
  const asked = settings.common.placement
  return asked !== undefined && provider.placements.includes(asked) ? asked : (provider.placements[0] as Placement)
}

export function problemOf(plan: Plan, provider: ExecutorProvider, capabilities: Capabilities): SandboxError | undefined {
  return cannotDo(provider, capabilities, plan.settings.common, plan.stated)
}

/** What an engine is made with. */
export function executorOptions(plan: Plan, entry: EngineEntry, capabilities: Capabilities): ExecutorOptions {
  const { settings, stated } = plan
  return { ...settings.common, ...(Object.keys(stated).length > 0 && { limits: stated }), ...ownOptions(plan, entry, capabilities) }
}

/** What an engine is probed with. */
export function probeOptions(plan: Plan, entry: EngineEntry, capabilities: Capabilities): ExecutorOptions {
  const { placement, processes } = plan.settings.common
  const launcher = processes?.launcher
  return {
    ...(placement !== undefined && placement === capabilities.placement && { placement }),
    // Elsewhere it is refused when the engine is made.
    ...(launcher !== undefined && capabilities.placement === 'process' && { processes: { launcher } }),
    ...ownOptions(plan, entry, capabilities),
  }
}

function ownOptions(plan: Plan, entry: EngineEntry, { boundary }: Capabilities): ExecutorOptions {
  const { settings, decision } = plan
  // To name an engine without a boundary in code is to trust the guest as far as that engine goes.
  const trusted = settings.trust === 'trusted' || (!boundary && decision.by === 'argument' && decision.engine === entry.id)
  return {
    trust: trusted ? 'trusted' : 'untrusted',
    ...(entry.optIn && { [entry.optIn.option]: true }),
    ...settings.engineOptions[entry.id],
  }
}

/** An engine of somebody else, as if it stood in our list. */
function foreign(provider: ExecutorProvider): EngineEntry {
  const loaded = { provider }
  return { id: provider.id, package: `the provider ${provider.id}`, load: async () => loaded, loadNow: () => loaded }
}
