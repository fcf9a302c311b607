import type { EngineReport } from './side.js'
import type { Report, SiteReport } from './report.js'
import { counted, day, duration, grouped, percent, plural } from './words.js'

const HEADS = ['call site', 'verdict', 'runs', 'compared', 'equal', 'p50', 'p95']
/** A longer name has the first line for itself. */
const NAME = 44

/** The report for a terminal. */
export function tableOf(report: Report): string {
  const { sites } = report
  if (sites.length === 0) return [`No recordings in ${report.folder}.`, ...notesOf(report)].join('\n')
  const rows = sites.map(cellsOf)
  const widths = HEADS.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (i === 0 ? nameWidth(row[0] as string) : (row[i] as string)).length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i < 2 || i > 4 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd()
  const body = sites.flatMap((site, i) => {
    const [name, ...cells] = rows[i] as [string, ...string[]]
    const head = name.length > NAME ? [name, line(['', ...cells])] : [line([name, ...cells])]
    return [...head, ...detailsOf(site).map((text) => `    ${text}`)]
  })
  return [summaryOf(report), '', line(HEADS), ...body, ...notesOf(report)].join('\n')
}

/** `2 of 5 call sites are ready, 1 has moved.` */
export function summaryOf({ sites, read, from, to }: Report): string {
  const of = (state: SiteReport['state']): number => sites.filter((site) => site.state === state).length
  const compared = sites.reduce((sum, site) => sum + site.compared, 0)
  const equal = sites.reduce((sum, site) => sum + site.equal, 0)
  return (
    `${of('ready')} of ${plural(sites.length, 'call site')} ready, ${of('moved')} moved, ${of('not-ready')} not ready. ` +
    `${plural(read.recordings, 'run')}, ${grouped(compared)} compared${compared > 0 ? `, ${percent(equal / compared)} of them equal` : ''}` +
    `${from !== undefined && to !== undefined ? `; ${day(from)} to ${day(to)}` : ''}.`
  )
}

export const VERDICTS: Record<SiteReport['state'], string> = { ready: 'ready', 'not-ready': 'not ready', moved: 'moved' }

const nameWidth = (name: string): string => (name.length > NAME ? '' : name)

function cellsOf(site: SiteReport): string[] {
  const { compared, equalShare, first, second } = site
  const both = (which: 'p50' | 'p95'): string => {
    if (first !== undefined && second !== undefined) return `${duration(first[which])} → ${duration(second[which])}`
    return site.answered.map((one) => duration(one[which])).join(', ')
  }
  const share = equalShare === undefined ? '–' : percent(equalShare)
  return [site.site, VERDICTS[site.state], grouped(site.runs), grouped(compared), share, both('p50'), both('p95')]
}

function detailsOf(site: SiteReport): string[] {
  const { because, differences, skipped, first, second, comparedWithOthers } = site
  const lines = because.map((why) => `not ready because: ${why}`)
  if (first !== undefined && second !== undefined) lines.push(`${first.engine} → ${second.engine}`)
  else lines.push(`answered by ${site.answered.map(({ engine }) => engine).join(', ')}`)
  for (const { kind, runs, example } of differences) {
    lines.push(`${kind}, ${plural(runs, 'run')}; one: ${example.message}${example.path === undefined ? '' : ` (${example.path})`}`)
    lines.push(`  ${example.first}${example.second === undefined ? ', not compared' : ` → ${example.second}`}`)
  }
  lines.push(...failuresOf(site))
  if (Object.keys(skipped).length > 0) lines.push(`not compared: ${counted(skipped)}`)
  if (Object.keys(comparedWithOthers).length > 0) lines.push(`compared before with: ${counted(comparedWithOthers)}`)
  if (site.fallBacks > 0 && because.every((why) => !why.includes('fall-back'))) lines.push(plural(site.fallBacks, 'automatic fall-back'))
  return lines
}

/** In compared runs, and of what the callers got. */
function failuresOf({ first, second, answered }: SiteReport): string[] {
  const told = ({ engine, failures, runs, codes }: EngineReport, where: string): string[] =>
    failures === 0 ? [] : [`failures of ${engine} ${where}: ${grouped(failures)} of ${grouped(runs)} (${counted(codes)})`]
  return [
    ...(first === undefined ? [] : told(first, 'where compared')),
    ...(second === undefined ? [] : told(second, 'where compared')),
    ...answered.flatMap((one) => told(one, 'over all answers')),
  ]
}

/** What was read and is of no use: a report that is silent about it would look whole. */
export function notesOf({ read, unreadable }: Report): string[] {
  const say = (count: number, text: string): string[] => (count === 0 ? [] : [text])
  const notes = [
    ...unreadable.map(({ file, problem }) => `${file} cannot be read: ${problem}`),
    ...say(
      read.torn,
      `${plural(read.torn, 'last line')} of files ${read.torn === 1 ? 'is' : 'are'} not whole: a writer was stopped, or writes just now`,
    ),
    ...say(read.foreign, `${plural(read.foreign, 'line')} ${read.foreign === 1 ? 'is no recording' : 'are no recordings'}`),
    ...say(
      read.otherVersion,
      `${plural(read.otherVersion, 'line')} of another version of the format: use the beddel-sandbox that goes with what wrote them`,
    ),
    ...say(read.tooLong, `${plural(read.tooLong, 'line')} longer than 1 MiB`),
    ...say(read.beyond, `${plural(read.beyond, 'recording')} of more call sites than a report can hold; --site chooses`),
    ...say(read.notChosen, `${plural(read.notChosen, 'recording')} left out by --since or --site`),
  ]
  return notes.length === 0 ? [] : ['', ...notes.map((note) => `note: ${note}`)]
}
