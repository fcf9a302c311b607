import type { Environment } from './environment.ts'
import { type Figure, type Row, type Verdict, verdict } from './figure.ts'

export interface Measured {
  figure: Figure
  rows: Row[]
  /** Why it could not be measured; its rows are empty then. */
  failure?: string
  seconds: number
}

export function number(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 4) })
}

function bar({ better, peer, unit }: Row, value: number | undefined): string {
  if (value === undefined) return '–'
  return `${better === 'more' ? '≥' : '≤'} ${value}${peer === undefined ? ` ${unit}` : '×'}`
}

export function ratio({ held, peer, spread }: Row): string {
  if (peer === undefined) return '–'
  return `${number(held)}×${spread ? ` (${number(spread[0])}–${number(spread[1])})` : ''}`
}

/** How many of the judged rows ended in what. */
export function tally(measured: readonly Measured[]): Record<Verdict | 'failed', number> {
  const counts = { 'aim met': 0, met: 0, 'not met': 0, 'for information': 0, failed: 0 }
  for (const { rows, failure } of measured) {
    if (failure !== undefined) counts.failed++
    for (const row of rows) counts[verdict(row)]++
  }
  return counts
}

export function markdown(measured: readonly Measured[], on: Environment, command: string): string {
  const versions = Object.entries(on.versions).map(([name, version]) => `${name} ${version}`)
  const counts = tally(measured)
  const lines = [
    '# Benchmarks',
    '',
    `Made by \`${command}\`; do not edit. Each contender runs in a process of its own; they take turns in short rounds, after one`,
    "that warms up. A figure is the median of its rounds, a ratio the median of the rounds' own ratios with the least and the greatest",
    'behind it. The machine is small and shared: read the ratios, not the figures.',
    '',
    `${on.date} · Node ${on.node} · ${on.system} · ${on.cpu}, ${on.cores} cores, ${on.memoryGiB} GiB, load ${on.load} before · ${versions.join(' · ')}${on.commit ? ` · commit ${on.commit}` : ''}`,
    '',
    `${counts['aim met']} reach their aim, ${counts.met} what they must, ${counts['not met']} do not.`,
    '',
    '| figure | against | ours | peer | ratio | must | aim | |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const { figure, rows, failure } of measured) {
    if (failure !== undefined)
      lines.push(`| ${figure.title} | ${figure.against} | not measured | | | ${figure.must} | ${figure.aim} | ${cell(failure)} |`)
    for (const row of rows) {
      const title = row.what === undefined ? figure.title : `${figure.title}: ${row.what}`
      const ours = `${number(row.ours)} ${row.unit}`
      const peer = row.peer === undefined ? '–' : `${number(row.peer)} ${row.unit}`
      const ending = verdict(row)
      lines.push(
        `| ${cell(title)} | ${cell(row.against)} | ${ours} | ${peer} | ${ratio(row)} | ${bar(row, row.must)} | ${bar(row, row.aim)} | ${ending === 'not met' ? '**not met**' : ending} |`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
