import { type Consideration, detectEnvironment, noEngineError, SandboxError, type SelectionReport, selectEngine } from '@beddel/core'
import { Candidates } from './candidates.js'
import { consent } from './decision.js'
import type { EngineEntry } from './engine-entry.js'
import { engineOrder } from './engine-list.js'
import { type ExplainedEngine, Explanation } from './explanation.js'
import { type Plan, planOf, probeOptions } from './plan.js'
import { failedProbe, loadEngine, probeEngine } from './probes.js'
import type { Settings } from './settings.js'

/** What {@link explainEngines} says; `live` is the selection that was made with these settings, if one was. */
export async function explain(
  settings: Settings,
  live?: { report: SelectionReport; plan: Plan },
  engines?: readonly EngineEntry[],
): Promise<Explanation> {
  const { plan, problem } = live === undefined ? tryPlan(settings, engines) : { plan: live.plan, problem: undefined }
  const { report, candidates } = await survey(plan)
  const chosen = live === undefined ? (problem === undefined ? report.chosen : undefined) : live.report.chosen
  if (chosen !== report.chosen) correct(report, chosen)
  const failure = problem ?? (chosen === undefined ? noEngineError(report) : undefined)
  return new Explanation({
    chosen,
    live: live !== undefined,
    trust: settings.trust,
    decidedBy: problem === undefined ? plan.decision.by : undefined,
    decidedWhere: problem === undefined ? plan.decision.where : undefined,
    config: plan.file?.path,
    problem: failure && { code: failure.code, message: failure.message },
    environment: detectEnvironment(),
    engines: report.engines.map((found) => explained(found, candidates)),
  })
}

/** Probes every engine, also those that are ruled out. */
export async function survey(plan: Plan): Promise<{ report: SelectionReport; candidates: Candidates }> {
  const candidates = new Candidates(plan, loadEngine, (entry, { provider, capabilities }) => {
    // Not even a probe runs without consent.
    if (consent(entry, plan.settings)?.allowed === false) return { ...failedProbe(entry.id, 'not probed without that'), durationMs: 0 }
    return probeEngine(entry, provider, probeOptions(plan, entry, capabilities), true)
  })
  const report = await selectEngine(candidates.list, { ...candidates.rules, all: true })
  return { report, candidates }
}

/** A mistake in the environment or the file becomes part of the report; the engines are looked at without it. */
function tryPlan(settings: Settings, engines: readonly EngineEntry[] | undefined): { plan: Plan; problem: SandboxError | undefined } {
  try {
    return { plan: planOf(settings, engines), problem: undefined }
  } catch (error) {
    if (!SandboxError.isInstance(error)) throw error
    const entries = engines ?? engineOrder(settings.trust)
    const decision = { by: 'automatic', where: 'nobody' } as const
    return { plan: { settings, file: undefined, decision, entries, stated: settings.stated }, problem: error }
  }
}

/** Probes say who could be chosen; this says who is. */
function correct(report: SelectionReport, chosen: string | undefined): void {
  for (const found of report.engines) {
    if (found.engine === chosen) Object.assign(found, { chosen: true, usable: true, reason: 'chosen' })
    else if (found.chosen) Object.assign(found, { chosen: false, reason: chosen === undefined ? 'usable' : `usable; ${chosen} was chosen` })
  }
}

function explained(found: Consideration, { plan, opened }: Candidates): ExplainedEngine {
  const entry = plan.entries.find(({ id }) => id === found.engine) as EngineEntry
  const { placement, isolation, survivesGuest, limits } = opened.get(found.engine)?.capabilities ?? {}
  return { ...found, package: entry.package, placement, isolation, survivesGuest, limits }
}
