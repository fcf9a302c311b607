import { SandboxError } from './sandbox-error.js'
import type { Capabilities, EngineId, Probe, Trust } from './spec.js'

/** An engine that may be chosen. */
export interface Candidate {
  engine: EngineId
  capabilities: Capabilities
  probe(): Promise<Probe>
  /** It runs only where the caller has allowed it by name (vm2). */
  optIn?: { allowed: boolean; how: string }
}

/** What became of one candidate. */
export interface Consideration {
  engine: EngineId
  chosen: boolean
  /** `undefined`: it was not probed, because it was ruled out or an earlier one was chosen. */
  usable: boolean | undefined
  version?: string | undefined
  boundary: boolean
  reason: string
  fix?: string | undefined
  /** Default limits that it would not hold. */
  unenforced: string[]
}

export interface SelectionReport {
  chosen: EngineId | undefined
  trust: Trust
  engines: Consideration[]
}

export interface SelectionRules {
  trust: Trust
  /** Only this engine may be chosen; `why` names who said so. */
  forced?: { engine: EngineId; byCode: boolean; why: string } | undefined
  /** Says why an engine cannot do what was asked for; `undefined` where it can. */
  unfit?(candidate: Candidate): string | undefined
  /** Probe those too that come after the chosen one. */
  all?: boolean
}

/** The first candidate, in the given order, that meets the trust floor and whose probe passes. Never a weaker one silently. */
export async function selectEngine(candidates: readonly Candidate[], rules: SelectionRules): Promise<SelectionReport> {
  const report: SelectionReport = { chosen: undefined, trust: rules.trust, engines: [] }
  for (const candidate of candidates) {
    const { engine, capabilities } = candidate
    const entry: Consideration = {
      engine,
      chosen: false,
      usable: undefined,
      boundary: capabilities.boundary,
      reason: '',
      unenforced: unenforcedDefaults(capabilities),
    }
    report.engines.push(entry)
    const ruledOut = whyNot(candidate, rules)
    if (ruledOut !== undefined) {
      entry.reason = ruledOut
      if (rules.all !== true) continue
    } else if (report.chosen !== undefined && rules.all !== true) {
      entry.reason = `not needed: ${report.chosen} comes first`
      continue
    }
    const probe = await candidate.probe()
    entry.usable = probe.usable
    entry.version = probe.version
    if (!probe.usable) {
      entry.reason = probe.reason ?? 'its probe failed'
      entry.fix = probe.fix
    } else if (ruledOut === undefined) {
      entry.chosen = report.chosen === undefined
      entry.reason = entry.chosen ? 'chosen' : `usable; ${report.chosen} comes first`
      report.chosen ??= engine
    }
  }
  return report
}

function whyNot(candidate: Candidate, rules: SelectionRules): string | undefined {
  const { engine, capabilities, optIn } = candidate
  const { forced, trust } = rules
  if (forced !== undefined && forced.engine !== engine) return `${forced.why} asks for ${forced.engine}`
  if (trust === 'untrusted' && !capabilities.boundary && forced?.byCode !== true) {
    return 'no boundary: it is for code that you trust'
  }
  if (optIn !== undefined && !optIn.allowed) return `needs ${optIn.how}`
  return rules.unfit?.(candidate)
}

function unenforcedDefaults({ limits }: Capabilities): string[] {
  const names: string[] = []
  if (limits.wall.enforced === 'none') names.push('timeoutMs')
  if (limits.heap.enforced === 'none') names.push('memoryBytes')
  return names
}

/** The error for a report without a chosen engine. */
export function noEngineError(report: SelectionReport): SandboxError {
  const lines = report.engines.map((e) => `${e.engine}: ${e.reason}${e.fix ? ` (${e.fix})` : ''}`)
  return new SandboxError('BEDDEL_NO_ENGINE', `No engine can be used. ${lines.join('; ')}.`, {
    phase: 'configure',
    details: { report },
  })
}
