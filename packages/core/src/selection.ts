import { SandboxError } from './sandbox-error.js'
import type { Capabilities, EngineId, Probe, Trust } from './spec.js'

/** An engine that may be chosen. Nothing of it is loaded before the rules come to it. */
export interface Candidate {
  engine: EngineId
  /** Loads the engine's package. One that cannot be loaded is said, not thrown. */
  open(): Opened | Unopened | Promise<Opened | Unopened>
  /** It runs only where the caller has allowed it by name (vm2). */
  optIn?: { allowed: boolean; how: string }
}

export interface Opened {
  capabilities: Capabilities
  probe(): Probe | Promise<Probe>
}
export interface Unopened {
  capabilities?: undefined
  reason: string
  fix?: string | undefined
}

/** What became of one candidate. */
export interface Consideration {
  engine: EngineId
  chosen: boolean
  /** `undefined`: it was not probed, because it was ruled out or an earlier one was chosen. */
  usable: boolean | undefined
  version?: string | undefined
  /** `undefined`: its package was not loaded. */
  boundary: boolean | undefined
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
  unfit?(engine: EngineId, capabilities: Capabilities): string | undefined
  /** Probe those too that are ruled out or come after the chosen one. */
  all?: boolean
}

type Step = Generator<unknown, SelectionReport, Opened | Unopened | Probe>

/** The first candidate, in the given order, that meets the trust floor and whose probe passes. Never a weaker one silently. */
export async function selectEngine(candidates: readonly Candidate[], rules: SelectionRules): Promise<SelectionReport> {
  const steps = selection(candidates, rules)
  let step = steps.next()
  while (step.done !== true) step = steps.next((await step.value) as Opened)
  return step.value
}

/** As {@link selectEngine}, for candidates whose `open` and `probe` answer at once. */
export function selectEngineSync(candidates: readonly Candidate[], rules: SelectionRules): SelectionReport {
  const steps = selection(candidates, rules)
  let step = steps.next()
  while (step.done !== true) step = steps.next(step.value as Opened)
  return step.value
}

/** The rules, written once; whoever drives them waits for what they yield, or need not. */
function* selection(candidates: readonly Candidate[], rules: SelectionRules): Step {
  const report: SelectionReport = { chosen: undefined, trust: rules.trust, engines: [] }
  for (const candidate of candidates) {
    const { engine } = candidate
    const entry: Consideration = { engine, chosen: false, usable: undefined, boundary: undefined, reason: '', unenforced: [] }
    report.engines.push(entry)
    let ruledOut = notAskedFor(candidate, rules)
    if (ruledOut === undefined && report.chosen !== undefined) entry.reason = `not needed: ${report.chosen} comes first`
    else if (ruledOut !== undefined) entry.reason = ruledOut
    if (entry.reason !== '' && rules.all !== true) continue

    const opened = (yield candidate.open()) as Opened | Unopened
    if (opened.capabilities === undefined) {
      entry.usable = false
      entry.fix = opened.fix
      entry.reason = both(ruledOut, opened.reason)
      continue
    }
    const { capabilities } = opened
    entry.boundary = capabilities.boundary
    entry.unenforced = unenforcedDefaults(capabilities)
    ruledOut ??= belowFloor(engine, capabilities, rules) ?? rules.unfit?.(engine, capabilities)
    if (ruledOut !== undefined) {
      entry.reason = ruledOut
      if (rules.all !== true) continue
    }

    const probe = (yield opened.probe()) as Probe
    entry.usable = probe.usable
    entry.version = probe.version
    if (!probe.usable) {
      entry.reason = both(ruledOut, probe.reason ?? 'its probe failed')
      entry.fix = probe.fix
    } else if (ruledOut === undefined) {
      entry.chosen = report.chosen === undefined
      entry.reason = entry.chosen ? 'chosen' : `usable; ${report.chosen} comes first`
      report.chosen ??= engine
    }
  }
  return report
}

const both = (first: string | undefined, second: string): string => (first === undefined ? second : `${first}; ${second}`)

/** What can be said without loading the engine. */
function notAskedFor({ engine, optIn }: Candidate, { forced }: SelectionRules): string | undefined {
  if (forced !== undefined && forced.engine !== engine) return `${forced.why} asks for ${forced.engine}`
  if (optIn !== undefined && !optIn.allowed) return `needs ${optIn.how}`
  return undefined
}

function belowFloor(engine: EngineId, { boundary }: Capabilities, { trust, forced }: SelectionRules): string | undefined {
  if (boundary || trust === 'trusted' || (forced?.byCode === true && forced.engine === engine)) return undefined
  return 'no boundary: it is for code that you trust'
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
