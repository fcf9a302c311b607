import type { SiteStats } from './site-stats.js'
import { percent, plural } from './words.js'

/** By what a call site is ready. A reader can compute each of it again from the recordings. */
export interface Rules {
  /** Compared runs, at least. */
  minRuns: number
  /** Share of them that is equal, at least; 0 to 1. */
  minEqual: number
  /** One run with a difference of such a kind is one too many: code has to be changed, or the engine lacks something. */
  noKinds: readonly string[]
  /** Runs that should have been compared and could not be, as a share of these and the compared ones, at most. */
  maxUncompared: number
  /** Automatic fall-backs in the time that is looked at, at most. */
  maxFallBacks: number
  /** Where callers are answered by the new engine and by the old one: by how much the new one's share of failures may be greater. */
  maxMoreFailures: number
}

export const RULES: Rules = {
  minRuns: 100,
  minEqual: 0.999,
  noKinds: ['host-object', 'sync-only', 'missing-global', 'host-call'],
  maxUncompared: 0.1,
  maxFallBacks: 0,
  maxMoreFailures: 0.01,
}

/** The share that is compared is chosen; such a run is no failure to compare. */
export const BY_CHOICE = 'share'

/** `moved`: callers get the new engine's answer, and nothing speaks against it. */
export type State = 'ready' | 'not-ready' | 'moved'

export interface Verdict {
  state: State
  /** One sentence for each rule that is not met. */
  because: string[]
}

export function verdictOf(site: SiteStats, rules: Rules): Verdict {
  const moved = site.lastMode === 'new'
  // What ran before it moved is history; what runs now is not compared any more.
  const because = [...(moved ? [] : ofComparison(site, rules)), ...ofFallBacks(site, rules), ...ofFailures(site, rules)]
  return { state: because.length > 0 ? 'not-ready' : moved ? 'moved' : 'ready', because }
}

function ofComparison(site: SiteStats, { minRuns, minEqual, noKinds, maxUncompared }: Rules): string[] {
  const { candidate, skipped } = site
  const because: string[] = []
  const compared = candidate?.compared ?? 0
  if (compared < minRuns) because.push(`${plural(compared, 'compared run')}; ${minRuns} are wanted`)
  if (candidate !== undefined && candidate.equal < minEqual * compared - ROUNDING)
    because.push(`${percent(candidate.equal / compared)} of the compared runs are equal; ${percent(minEqual)} is wanted`)
  for (const { kind, runs } of site.differences())
    if (noKinds.includes(kind)) because.push(`${plural(runs, 'run')} with a difference of the kind ${kind}; none may have one`)
  const uncompared = skipped.total - skipped.get(BY_CHOICE)
  if (uncompared > 0 && uncompared / (uncompared + compared) > maxUncompared) {
    const reasons = Object.entries(skipped.counts()).filter(([reason]) => reason !== BY_CHOICE)
    because.push(
      `${plural(uncompared, 'run')} could not be compared (${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')}), ` +
        `which is ${percent(uncompared / (uncompared + compared))}; ${percent(maxUncompared)} is allowed`,
    )
  }
  return because
}

function ofFallBacks({ fallBacks, lastFallBack }: SiteStats, { maxFallBacks }: Rules): string[] {
  if (lastFallBack === undefined || fallBacks <= maxFallBacks) return []
  const { from, to, at, cause } = lastFallBack
  const why = cause === undefined ? '' : ` (${cause})`
  return [`${plural(fallBacks, 'automatic fall-back')}, the last from ${from} to ${to}${why} at ${new Date(at).toISOString()}`]
}

function ofFailures(site: SiteStats, { minRuns, maxMoreFailures }: Rules): string[] {
  const [old, recent] = [oldEngine(site), newEngine(site)]
  const before = site.answered.get(old)
  const after = site.answered.get(recent)
  if (old === recent || before === undefined || after === undefined || before.runs < minRuns || after.runs < minRuns) return []
  const [was, is] = [before.failures / before.runs, after.failures / after.runs]
  if (is - was <= maxMoreFailures) return []
  return [`${percent(is)} of the runs that ${recent} answered failed, and ${percent(was)} of those that ${old} answered`]
}

/** 99.9 / 100 is a little more than 0.999. */
const ROUNDING = 1e-6
const OLD = 'vm2'
const oldEngine = ({ candidate }: SiteStats): string => candidate?.firstEngine ?? OLD
const newEngine = ({ candidate, lastMode, lastEngine, answered }: SiteStats): string =>
  lastMode === 'new' ? lastEngine : (candidate?.engine ?? [...answered.keys()].find((engine) => engine !== OLD) ?? lastEngine)
