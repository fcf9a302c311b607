import { selectEngineSync } from '@beddel/core'
import { Candidates } from './candidates.js'
import { executorOptions, type Plan, probeOptions } from './plan.js'
import { loadEngineNow, probeEngineNow } from './probe-now.js'
import { failedProbe } from './probes.js'
import { Making, type Selected, withPolicies } from './select.js'
import { allPoliciesNow } from './threat-gate.js'

/** As {@link selectExecutor} for a caller who cannot wait: the engine must be able to run synchronously too. */
export function selectExecutorNow(plan: Plan): Selected {
  const work = new Making(plan)
  const policies = allPoliciesNow(plan.settings)
  const candidates = new Candidates(plan, loadEngineNow, (entry, open) => {
    const { capabilities } = open
    if (open.construct === undefined) return failedProbe(entry.id, 'it can only be made asynchronously: await ready() first')
    if (!capabilities.runSync) return failedProbe(entry.id, `it cannot run synchronously in placement "${capabilities.placement}"`)
    const probe = probeEngineNow(entry, probeOptions(plan, entry, capabilities))
    if (!probe.usable) return probe
    try {
      return { ...work.keep(entry, open.construct(executorOptions(plan, entry, capabilities))), version: probe.version }
    } catch (error) {
      return work.notMade(entry, error)
    }
  })
  const report = selectEngineSync(candidates.list, candidates.strictRules)
  const executor = work.kept(report)
  if (executor !== undefined) return { executor, report, plan: withPolicies(plan, policies) }
  throw work.failure(report)
}
