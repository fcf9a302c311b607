import { type Executor, noEngineError, type Probe, SandboxError, type SelectionReport, selectEngine } from '@beddel/core'
import { canaryHolds } from '@beddel/core/engine'
import { Candidates } from './candidates.js'
import type { EngineEntry } from './engine-entry.js'
import { executorOptions, type Plan, probeOptions } from './plan.js'
import type { Policy } from './policies.js'
import { failedProbe, loadEngine, probeEngine } from './probes.js'
import { allPolicies } from './threat-gate.js'

/** A live engine and how it came to be the one. */
export interface Selected {
  executor: Executor
  report: SelectionReport
  plan: Plan
}

/** Mistakes of the caller: no other engine is tried for them. */
const MISTAKES = new Set(['BEDDEL_INVALID_OPTION', 'BEDDEL_PLACEMENT_REFUSED', 'BEDDEL_TRUST_FLOOR'])

/**
 * Makes the executor of the first engine that meets the rules and whose canary holds. The canary runs on the executor
 * that is kept, so the probe's child is the first warm child.
 */
export async function selectExecutor(plan: Plan): Promise<Selected> {
  const work = new Making(plan)
  const { settings } = plan
  // Nothing is waited for that is not there: the engine begins to load with the call.
  const policies = settings.threatGate === undefined ? settings.policies : await allPolicies(settings)
  const candidates = new Candidates(plan, loadEngine, async (entry, { provider, capabilities }) => {
    if (entry.native === true && capabilities.placement === 'in-process') {
      // Its canary may end the process that it runs in, so the first one runs in another.
      const probe = await probeEngine(entry, provider, probeOptions(plan, entry, capabilities), true)
      if (!probe.usable) return probe
    }
    try {
      const executor = await provider.create(executorOptions(plan, entry, capabilities))
      const problem = await canaryHolds(executor, plan.stated.operations).catch(async (error: unknown) => {
        await executor.dispose()
        throw error
      })
      if (problem === undefined) return work.keep(entry, executor)
      await executor.dispose()
      return failedProbe(entry.id, problem)
    } catch (error) {
      return work.notMade(entry, error)
    }
  })
  const report = await selectEngine(candidates.list, candidates.strictRules)
  const executor = work.kept(report)
  if (executor !== undefined) return { executor, report, plan: withPolicies(plan, policies) }
  await findFixes(report, candidates)
  throw work.failure(report)
}

/** The plan with the policies that were loaded for it. */
export function withPolicies(plan: Plan, policies: readonly Policy[]): Plan {
  return policies === plan.settings.policies ? plan : { ...plan, settings: { ...plan.settings, policies } }
}

/** The executors that a selection makes, and why it could not make others. */
export class Making {
  readonly #made = new Map<string, Executor>()
  #cause: unknown

  constructor(readonly plan: Plan) {}

  keep({ id }: EngineEntry, executor: Executor): Probe {
    this.#made.set(id, executor)
    return { engine: id, usable: true, durationMs: 0 }
  }

  kept({ chosen }: SelectionReport): Executor | undefined {
    return this.#made.get(chosen ?? '')
  }

  notMade({ id }: EngineEntry, error: unknown): Probe {
    if (SandboxError.isInstance(error)) {
      if (MISTAKES.has(error.code)) throw error
      if (error.code === 'BEDDEL_OPTION_UNSUPPORTED' && this.plan.decision.engine === id) throw error
    }
    this.#cause = error
    return failedProbe(id, error)
  }

  failure(report: SelectionReport): SandboxError {
    const { engine, where } = this.plan.decision
    const found = report.engines.find((entry) => entry.engine === engine)
    if (engine === undefined || found === undefined) return noEngineError(report)
    const fix = found.fix === undefined ? '' : ` To do: ${found.fix}.`
    return new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', `${where} asks for ${engine}, which cannot be used: ${found.reason}.${fix}`, {
      phase: 'configure',
      engine,
      details: { report },
      cause: this.#cause,
    })
  }
}

/** A canary says only that it failed; the engine's own probe knows what to do about it. */
async function findFixes(report: SelectionReport, { plan, opened }: Candidates): Promise<void> {
  for (const found of report.engines) {
    const open = opened.get(found.engine)
    if (found.usable !== false || found.fix !== undefined || open === undefined) continue
    const entry = plan.entries.find(({ id }) => id === found.engine) as EngineEntry
    const probe = await probeEngine(entry, open.provider, probeOptions(plan, entry, open.capabilities), true)
    found.fix = probe.fix
    found.version = probe.version
  }
}
