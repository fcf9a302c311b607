import { DURATIONS, type Outcome, type ReportFacts, type Tally } from './report-facts.js'

/** Text that stands in HTML, in an attribute too. */
export function escaped(text: unknown): string {
  return String(text).replace(/[&<>"'`\p{Cc}\p{Bidi_Control}]/gu, (c) => `&#${c.codePointAt(0) === 0 ? 0xfffd : c.codePointAt(0)};`)
}

export const COLOURS: Record<Outcome, string> = { ok: '#2f7d5b', refused: '#8a5a00', limit: '#b3402a', failed: '#5b4a8a' }
const OUTCOMES = Object.keys(COLOURS) as Outcome[]
const WIDTH = 720

const svg = (height: number, title: string, body: string): string =>
  `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>${body}</svg>`
const text = (x: number, y: number, what: unknown, anchor = 'start'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(what)}</text>`
const bar = (x: number, y: number, width: number, height: number, colour: string, title: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0.5, width).toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}"><title>${escaped(title)}</title></rect>`

/** Runs over time, by how they ended. */
export function timelineChart({ timeline: { steps, stepMs } }: ReportFacts): string {
  if (steps.size === 0) return ''
  const numbers = [...steps.keys()]
  const first = Math.min(...numbers)
  const last = Math.max(...numbers)
  // A log with a long silence in it has fewer steps than places.
  const places = Math.min(last - first + 1, 400)
  const placeOf = (step: number): number => (last === first ? 0 : Math.floor(((step - first) * (places - 1)) / (last - first)))
  const columns = new Map<number, Tally[]>()
  for (const [step, tally] of steps) columns.set(placeOf(step), [...(columns.get(placeOf(step)) ?? []), tally])
  const sum = (tallies: Tally[], key: 'runs' | Outcome): number => tallies.reduce((total, tally) => total + tally[key], 0)
  const most = Math.max(...[...columns.values()].map((tallies) => sum(tallies, 'runs')))
  const width = (WIDTH - 60) / places
  let body = text(0, 14, `${most} runs`) + `<line x1="50" y1="150.5" x2="${WIDTH}" y2="150.5"/>`
  for (const [place, tallies] of columns) {
    let y = 150
    for (const outcome of OUTCOMES) {
      const count = sum(tallies, outcome)
      const height = (count * 130) / most
      if (count > 0) body += bar(55 + place * width, (y -= height), width * 0.85, height, COLOURS[outcome], `${outcome}: ${count}`)
    }
  }
  const day = (step: number): string => new Date(step * stepMs).toISOString().slice(0, stepMs < 86_400_000 ? 16 : 10)
  body += text(55, 168, day(first)) + (last > first ? text(WIDTH, 168, day(last), 'end') : '')
  return svg(175, 'Runs over time', body)
}

/** One bar for each row. */
export function barChart(title: string, rows: readonly [name: string, count: number, colour: string][]): string {
  if (rows.length === 0) return ''
  const most = Math.max(...rows.map(([, count]) => count), 1)
  const body = rows.map(([name, count, colour], i) => {
    const y = i * 22
    const short = name.length > 30 ? `${name.slice(0, 29)}…` : name
    return (
      text(0, y + 15, short) +
      bar(230, y + 3, (count * (WIDTH - 300)) / most, 15, colour, `${name}: ${count}`) +
      text(235 + (count * (WIDTH - 300)) / most, y + 15, count)
    )
  })
  return svg(rows.length * 22 + 4, title, body.join(''))
}

export function durationChart({ durations }: ReportFacts): string {
  const names = [
    ...DURATIONS.map((width, i) => (i === 0 ? `< ${width} ms` : `${DURATIONS[i - 1]} – ${width} ms`)),
    `≥ ${DURATIONS.at(-1)} ms`,
  ]
  return barChart(
    'Durations',
    names.map((name, i) => [name, durations[i] as number, '#3b6ea5']),
  )
}
