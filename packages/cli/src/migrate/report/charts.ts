import { html, type Html } from './html.js'
import type { Report, SiteReport } from './report.js'
import type { Bar, Shown } from './timeline.js'
import { duration, grouped, minute, plural } from './words.js'

/** More call sites than this make a chart that nobody reads; the page says so. */
const ROWS = 40

/** Runs over time: equal below, different above them, the ones that were not compared on top. */
export function timeChart({ bars, widthMs }: Report['runsOverTime']): Html {
  const height = 150
  const most = Math.max(...bars.map(sum))
  const step = 100 / bars.length
  const rects = bars.flatMap((bar, i) => {
    let top = height
    return SERIES.filter(([what]) => bar[what] > 0).map(([what]) => {
      // Few of many must still be seen.
      const size = Math.max(2, (bar[what] / most) * (height - 4))
      top -= size
      return html`<rect class="${what}" x="${at(i * step)}" y="${top.toFixed(1)}" width="${at(step * 0.84)}" height="${size.toFixed(1)}"><title>${titleOf(bar)}</title></rect>`
    })
  })
  const [first, last] = [bars[0] as Bar, bars.at(-1) as Bar]
  return html`<figure>
<figcaption>Runs over time</figcaption>
${legend(SERIES)}
<p class="axis">at most ${plural(most, 'run')} in ${widthOf(widthMs)}</p>
<svg width="100%" height="${height}" role="img" aria-label="Runs over time">${rects}<line class="base" x1="0" x2="100%" y1="${height - 0.5}" y2="${height - 0.5}"/></svg>
<p class="axis ends"><span>${minute(first.at)}</span><span>${minute(last.at + widthMs)} UTC</span></p>
</figure>`
}

const SERIES: [Shown, string][] = [
  ['equal', 'equal'],
  ['different', 'different'],
  ['alone', 'not compared'],
]
const sum = ({ equal, different, alone }: Bar): number => equal + different + alone
const titleOf = (bar: Bar): string => `${minute(bar.at)}: ${SERIES.map(([what, name]) => `${grouped(bar[what])} ${name}`).join(', ')}`
const legend = (entries: readonly (readonly [string, string])[]): Html =>
  html`<p class="legend">${entries.map(([kind, name]) => html`<span><i class="${kind}"></i>${name}</span> `)}</p>`
const at = (percent: number): string => `${Math.min(100, Math.max(0, percent)).toFixed(2)}%`

function widthOf(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 120) return plural(minutes, 'minute')
  return minutes < 2880 ? `${Number((minutes / 60).toFixed(1))} hours` : `${Number((minutes / 1440).toFixed(1))} days`
}

/** Runs with a difference, by its kind, over all call sites. */
export function kindsChart(sites: readonly SiteReport[]): Html {
  const kinds = new Map<string, number>()
  for (const { kind, runs } of sites.flatMap(({ differences }) => differences)) kinds.set(kind, (kinds.get(kind) ?? 0) + runs)
  const rows = [...kinds].sort(([, a], [, b]) => b - a)
  const most = Math.max(...kinds.values())
  if (rows.length === 0) return html`<figure><figcaption>Differences by kind</figcaption><p class="axis">None.</p></figure>`
  return html`<figure>
<figcaption>Differences by kind</figcaption>
<p class="axis">runs that have one</p>
<table class="bars">${rows.map(
    ([kind, runs]) =>
      html`<tr><th>${kind}</th><td><svg width="100%" height="16" aria-hidden="true"><rect class="different" width="${at(Math.max(0.5, (runs / most) * 100))}" height="16" rx="2"/></svg></td><td>${grouped(runs)}</td></tr>`,
  )}</table>
</figure>`
}

/** p50 to p95 of both engines, one call site below the other, on one logarithmic axis. */
export function latencyChart(sites: readonly SiteReport[]): Html {
  const compared = sites.flatMap(({ site, first, second }) => (first && second ? [{ site, first, second }] : []))
  const rows = compared.slice(0, ROWS)
  const all = rows.flatMap(({ first, second }) => [first.p50, first.p95, second.p50, second.p95]).map((ms = 0) => Math.max(0.001, ms))
  if (rows.length === 0) return html`<figure><figcaption>Time of a run</figcaption><p class="axis">Nothing was compared.</p></figure>`
  const low = Math.floor(Math.log10(Math.min(...all)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))))
  // A margin on both sides, for the marks.
  const x = (ms = 0): string => at(5 + ((Math.log10(Math.max(0.001, ms)) - low) / (high - low)) * 90)
  const decades = Array.from({ length: high - low + 1 }, (_, i) => Number(`1e${low + i}`))
  const grid = decades.map((ms) => html`<line class="grid" x1="${x(ms)}" x2="${x(ms)}" y1="0" y2="100%"/>`)
  const lane = (kind: string, y: number, { p50, p95 }: { p50?: number; p95?: number }): Html =>
    html`<line class="${kind}" x1="${x(p50)}" x2="${x(p95)}" y1="${y}" y2="${y}"/><circle class="${kind}" cx="${x(p50)}" cy="${y}" r="5"/><line class="${kind}" x1="${x(p95)}" x2="${x(p95)}" y1="${y - 5}" y2="${y + 5}"/>`
  const names = (which: 'first' | 'second'): string => [...new Set(rows.map((row) => row[which].engine))].join(', ')
  return html`<figure>
<figcaption>Time of a run</figcaption>
${legend([
  ['old', names('first')],
  ['new', names('second')],
])}
<p class="axis">compared runs, in ms: p50 (dot) to p95 (stroke), on a logarithmic axis${rows.length < compared.length ? `; the first ${rows.length} of ${compared.length} call sites` : ''}</p>
${rows.map(
  ({ site, first, second }) => html`<p class="lane">${site}</p>
<svg width="100%" height="34" role="img" aria-label="${`${first.engine}: p50 ${duration(first.p50)}, p95 ${duration(first.p95)}; ${second.engine}: p50 ${duration(second.p50)}, p95 ${duration(second.p95)}`}">${grid}${lane('old', 10, first)}${lane('new', 24, second)}</svg>`,
)}
<svg width="100%" height="16" aria-hidden="true">${decades.map((ms) => html`<text x="${x(ms)}" y="12" text-anchor="middle">${ms >= 1000 ? `${ms / 1000} s` : ms}</text>`)}</svg>
</figure>`
}
