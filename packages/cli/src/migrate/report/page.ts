import { kindsChart, latencyChart, timeChart } from './charts.js'
import { html, Html } from './html.js'
import type { Report, SiteReport } from './report.js'
import { STYLE } from './style.js'
import { notesOf, summaryOf, VERDICTS } from './table.js'
import { counted, duration, grouped, minute, percent, plural } from './words.js'

/** The report as one page that loads nothing and runs no script. `now` is when it was made. */
export function pageOf(report: Report, now: number): string {
  const { sites, rules, runsOverTime } = report
  const body =
    sites.length === 0
      ? html`<p>No recordings in ${report.folder}.</p>`
      : html`${tiles(report)}
${overview(sites)}
<section class="charts">${timeChart(runsOverTime)}${kindsChart(sites)}${latencyChart(sites)}</section>
<h2>Call sites</h2>
${sites.map(siteSection)}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Leaving vm2: the report</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>Leaving vm2</h1>
<p class="lead">${summaryOf(report)}</p>
${body}
${rulesSection(rules)}
${notesSection(report)}
<footer>Made ${minute(now)} UTC from ${plural(report.read.files, 'file')} in ${report.folder} by <code>beddel-sandbox migrate report</code>. All times are UTC.</footer>
</body>
</html>
`.text
}

function tiles({ sites, read }: Report): Html {
  const compared = sites.reduce((sum, site) => sum + site.compared, 0)
  const equal = sites.reduce((sum, site) => sum + site.equal, 0)
  const tile = (value: string | number, name: string, kind = ''): Html =>
    html`<div class="tile ${kind}"><b>${value}</b><span>${name}</span></div>`
  const of = (state: SiteReport['state']): number => sites.filter((site) => site.state === state).length
  return html`<section class="tiles">
${tile(of('ready'), 'ready', 'ready')}${tile(of('not-ready'), 'not ready', 'not-ready')}${tile(of('moved'), 'moved', 'moved')}
${tile(grouped(read.recordings), 'runs')}${tile(grouped(compared), 'compared')}${tile(compared === 0 ? '–' : percent(equal / compared), 'of them equal')}
</section>`
}

const badge = ({ state }: SiteReport): Html => html`<span class="badge ${state}">${VERDICTS[state]}</span>`

function overview(sites: readonly SiteReport[]): Html {
  return html`<table class="overview">
<thead><tr><th>call site</th><th>verdict</th><th class="n">compared</th><th class="n">equal</th></tr></thead>
<tbody>${sites.map(
    (site, i) =>
      html`<tr><td><a href="#site-${i + 1}"><bdi>${site.site}</bdi></a></td><td>${badge(site)}</td><td class="n">${grouped(site.compared)}</td><td class="n">${site.equalShare === undefined ? '–' : percent(site.equalShare)}</td></tr>
`,
  )}</tbody></table>`
}

function siteSection(site: SiteReport, index: number): Html {
  const { because, first, second, answered, differences } = site
  const facts: [string, string][] = [
    ['runs', grouped(site.runs)],
    ['compared', grouped(site.compared)],
    ['equal', site.equalShare === undefined ? '–' : `${grouped(site.equal)} (${percent(site.equalShare)})`],
    ['modes', counted(site.modes)],
    ['calls', counted(site.calls)],
    ['time', `${minute(site.from)} to ${minute(site.to)}`],
    ...fact('not compared', counted(site.skipped)),
    ...fact('compared before with', counted(site.comparedWithOthers)),
    ...fact('automatic fall-backs', site.fallBacks === 0 ? '' : grouped(site.fallBacks)),
  ]
  const engines = [
    ...(first === undefined ? [] : [{ ...first, where: 'compared' }]),
    ...(second === undefined ? [] : [{ ...second, where: 'compared' }]),
    ...answered.map((one) => ({ ...one, where: 'all answers' })),
  ]
  return html`<article id="site-${index + 1}">
<h3><bdi>${site.site}</bdi> ${badge(site)}</h3>
${because.length === 0 ? undefined : html`<ul class="because">${because.map((why) => html`<li>${why}</li>`)}</ul>`}
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<div class="wide"><table>
<thead><tr><th>engine</th><th>in</th><th class="n">runs</th><th class="n">p50</th><th class="n">p95</th><th class="n">failures</th><th></th></tr></thead>
<tbody>${engines.map(
    (one) =>
      html`<tr><td>${one.engine}</td><td>${one.where}</td><td class="n">${grouped(one.runs)}</td><td class="n">${duration(one.p50)}</td><td class="n">${duration(one.p95)}</td><td class="n">${grouped(one.failures)}</td><td class="codes">${counted(one.codes)}</td></tr>
`,
  )}</tbody></table></div>
${differences.map(
  ({ kind, runs, example }) => html`<div class="difference"><p><b>${kind}</b> ${plural(runs, 'run')}</p>
<p>${example.message}${example.path === undefined ? undefined : html` <code>${example.path}</code>`}</p>
<p class="small"><bdi>${example.first}</bdi>${example.second === undefined ? ', not compared' : html` → <bdi>${example.second}</bdi>`}, ${minute(example.at)}</p></div>`,
)}
</article>
`
}

const fact = (name: string, value: string): [string, string][] => (value === '' ? [] : [[name, value]])

function rulesSection({ minRuns, minEqual, noKinds, maxUncompared, maxMoreFailures }: Report['rules']): Html {
  return html`<section><h2>When a call site is ready</h2>
<ul>
<li>At least ${plural(minRuns, 'run')} were compared with the engine that was compared last, and at least ${percent(minEqual)} of these are equal: no difference but in time.</li>
<li>No run, compared or not, has a difference of these kinds: ${noKinds.join(', ')}.</li>
<li>Of the runs that were compared or should have been, at most ${percent(maxUncompared)} could not be; those left out by the chosen share do not count.</li>
<li>No automatic fall-back in the time looked at.</li>
<li>Where both engines answered at least ${plural(minRuns, 'run')}, the new one's share of failures is greater by at most ${percent(maxMoreFailures)}.</li>
</ul>
<p>A call site whose last recording is of the mode <code>new</code> has moved; for it the last two rules hold.</p></section>`
}

function notesSection(report: Report): Html | undefined {
  const notes = notesOf(report).filter((note) => note !== '')
  return notes.length === 0
    ? undefined
    : html`<section><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note.replace(/^note: /, '')}</li>`)}</ul></section>`
}
