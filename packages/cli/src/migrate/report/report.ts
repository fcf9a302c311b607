import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Choice, Collector, type ReadCounts } from './collector.js'
import type { DifferenceReport } from './differences.js'
import { readLines } from './lines.js'
import { type Rules, verdictOf, type Verdict } from './readiness.js'
import type { FallBack } from './recording.js'
import type { EngineReport } from './side.js'
import type { SiteStats } from './site-stats.js'
import type { Bar } from './timeline.js'

/** What the recordings tell. This is also what `--json` prints, so its names do not change. */
export interface Report {
  v: 1
  folder: string
  /** ms since the epoch, as all times here; of the first and last recording. */
  from?: number
  to?: number
  rules: Rules
  read: ReadCounts
  unreadable: { file: string; problem: string }[]
  /** Not ready ones first, then by the number of runs. */
  sites: SiteReport[]
  runsOverTime: { widthMs: number; bars: Bar[] }
}

export interface SiteReport extends Verdict {
  site: string
  from: number
  to: number
  runs: number
  modes: Record<string, number>
  calls: Record<string, number>
  /** Runs that the engine of `second` ran too. */
  compared: number
  equal: number
  /** 0 to 1; absent where nothing was compared. */
  equalShare?: number
  /** Both engines in the compared runs: the one that answered, and the one beside. */
  first?: EngineReport
  second?: EngineReport
  differences: DifferenceReport[]
  /** Compared with an earlier choice of an engine; they count for nothing else here. */
  comparedWithOthers: Record<string, number>
  /** Runs that were not compared, by reason. */
  skipped: Record<string, number>
  /** Who answered the callers, over all runs. */
  answered: EngineReport[]
  fallBacks: number
  lastFallBack?: FallBack
}

export interface ReportOptions extends Choice {
  rules: Rules
}

/** Reads every `.jsonl` file of a folder. Throws where the folder itself cannot be read. */
export async function makeReport(folder: string, { rules, ...choice }: ReportOptions): Promise<Report> {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
  const collector = new Collector(choice)
  const unreadable: Report['unreadable'] = []
  for (const file of names) {
    try {
      await readLines(join(folder, file), collector)
      collector.counts.files++
    } catch (error) {
      // The writer took it away since the folder was listed: it keeps a bounded number of files.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      unreadable.push({ file, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  const stats = [...collector.sites.values()]
  const sites = stats.map((site) => siteReport(site, rules))
  const { timeline } = collector
  return {
    v: 1,
    folder,
    ...(stats.length > 0 && { from: Math.min(...stats.map(({ from }) => from)), to: Math.max(...stats.map(({ to }) => to)) }),
    rules,
    read: collector.counts,
    unreadable,
    sites: sites.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.runs - a.runs || (a.site < b.site ? -1 : 1)),
    runsOverTime: { widthMs: timeline.width, bars: timeline.bars() },
  }
}

const ORDER: Verdict['state'][] = ['not-ready', 'ready', 'moved']

function siteReport(stats: SiteStats, rules: Rules): SiteReport {
  const { site, from, to, runs, candidate, fallBacks, lastFallBack } = stats
  return {
    site,
    ...verdictOf(stats, rules),
    from,
    to,
    runs,
    modes: stats.modes.counts(),
    calls: stats.calls.counts(),
    compared: candidate?.compared ?? 0,
    equal: candidate?.equal ?? 0,
    ...(candidate !== undefined && {
      equalShare: candidate.equal / candidate.compared,
      first: candidate.first.report(candidate.firstEngine),
      second: candidate.second.report(candidate.engine),
    }),
    differences: stats.differences(),
    comparedWithOthers: Object.fromEntries(
      [...stats.comparisons.values()].filter((one) => one !== candidate).map(({ engine, compared }) => [engine, compared]),
    ),
    skipped: stats.skipped.counts(),
    answered: [...stats.answered].map(([engine, side]) => side.report(engine)),
    fallBacks,
    lastFallBack,
  }
}
