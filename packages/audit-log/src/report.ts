import { checkKeys } from '@beddel/core'
import type { AuditEntry } from './entry.js'
import { keyName } from './keys.js'
import { barChart, COLOURS, durationChart, escaped, timelineChart } from './report-charts.js'
import { outcomeOf, type ReportFacts, reportFacts, type Tally } from './report-facts.js'
import type { AuditFilter } from './store.js'
import type { Verification } from './verify.js'

export interface ReportOptions {
  /** Which entries. Default: all. */
  filter?: AuditFilter
  /** Default `Audit report`. */
  title?: string
}

const STYLE = `
body{font:14px/1.5 system-ui,sans-serif;color:#1c1c1c;background:#fff;max-width:960px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;width:100%;font-size:12px}th,td{text-align:left;padding:.2rem .5rem .2rem 0;vertical-align:top;border-bottom:1px solid #e5e5e5;overflow-wrap:anywhere}th{overflow-wrap:normal}
td.n,th.n{text-align:right;white-space:nowrap}code{font:11px ui-monospace,monospace}svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#333}svg line{stroke:#999}
.sum{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0}.sum div{border:1px solid #ccc;border-radius:4px;padding:.4rem .8rem}.sum b{display:block;font-size:1.4rem}
.good{border-left:6px solid ${COLOURS.ok};padding:.5rem 1rem;background:#f1f8f4}.bad{border-left:6px solid ${COLOURS.limit};padding:.5rem 1rem;background:#fbf0ee}.quiet{color:#555}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr,svg{break-inside:avoid}}`

/** One HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
export async function auditReport(
  entries: AsyncIterable<AuditEntry>,
  verification: Verification,
  options: ReportOptions = {},
): Promise<string> {
  checkKeys(options, ['filter', 'title'], 'options')
  const { title = 'Audit report', filter = {} } = options
  const facts = await reportFacts(entries)
  const { total } = facts
  const range = facts.from === undefined ? 'No runs.' : `Runs from ${time(facts.from)} to ${time(facts.until as number)}.`
  const shown = Object.entries(filter).filter(([, value]) => value !== undefined)
  const parts = [
    `<h1>${escaped(title)}</h1><p class="quiet">Log <code>${escaped(verification.log)}</code>. ${range} Made ${time(Date.now())}.${
      shown.length > 0 ? ` Only ${shown.map(([key, value]) => `${escaped(key)} = <code>${escaped(value)}</code>`).join(', ')}.` : ''
    }</p>`,
    verified(verification),
    `<div class="sum">${(
      [
        ['runs', total.runs, '#999'],
        ['succeeded', total.ok, COLOURS.ok],
        ['refused by policy', total.refused, COLOURS.refused],
        ['broke a limit', total.limit, COLOURS.limit],
        ['failed otherwise', total.failed, COLOURS.failed],
        ['mean duration', total.timed === 0 ? '–' : `${(total.totalMs / total.timed).toFixed(1)} ms`, '#999'],
      ] as const
    )
      .map(([name, value, colour]) => `<div style="border-top:5px solid ${colour}"><b>${escaped(value)}</b>${escaped(name)}</div>`)
      .join('')}</div>`,
    facts.lost > 0 ? `<p class="bad">${facts.lost} records could not be written, as the log itself says.</p>` : '',
    section('Runs over time', timelineChart(facts)),
    section('How runs ended', endings(facts)),
    section('Durations', durationChart(facts)),
    section('Refused by policy', runs(facts.refusals.toReversed()) + policies(facts)),
    section('Broke a limit', runs(facts.breaches.toReversed())),
    section(
      'Effects that fail most',
      tallies('effect', facts.effects, ({ runs: all, ok }) => all - ok, true),
    ),
    section(
      'Slowest effects, by mean',
      tallies('effect', facts.effects, ({ totalMs, timed }) => (timed === 0 ? 0 : totalMs / timed)),
    ),
    section('Slowest runs', runs(facts.slowest)),
    section(
      'Tenants',
      tallies('tenant', facts.tenants, ({ runs: all }) => all),
    ),
    section(
      'Engines',
      tallies('engine', facts.engines, ({ runs: all }) => all),
    ),
    section('Latest runs', runs(facts.latest.toReversed())),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
${parts.filter(Boolean).join('\n')}
</body></html>
`
}

const section = (title: string, body: string): string => (body === '' ? '' : `<section><h2>${escaped(title)}</h2>${body}</section>`)
const time = (ms: number): string =>
  Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace('T', ' ').slice(0, 19) : escaped(ms)
const code = (text: unknown): string => (text === undefined ? '' : `<code>${escaped(text)}</code>`)

function verified({ valid, damage, entries, pruned, root, checkpoint, checkpoints, trusted, unsigned }: Verification): string {
  const signed =
    checkpoint === undefined
      ? 'No checkpoint vouches for it: nothing shows that it was not written anew as a whole.'
      : `The last checkpoint that holds covers ${checkpoint.size} entries, was signed ${time(checkpoint.time)} with the key <code>${escaped(keyName(checkpoint.key))}</code>${
          trusted ? '' : ', <b>which was not held against a known one</b>'
        }, and has the root <code>${escaped(checkpoint.root)}</code>. ${unsigned} entries came after it.`
  const found = valid
    ? `<b>The log is whole.</b> ${entries} entries and ${checkpoints} checkpoints were verified${pruned > 0 ? `; retention has removed the ${pruned} before them` : ''}.`
    : `<b>The log is damaged.</b> ${escaped(damage?.message)} ${entries} entries before that are good.`
  return `<section class="${valid ? 'good' : 'bad'}"><p>${found}</p><p>${signed}</p><p class="quiet">Recomputed root: <code>${escaped(root)}</code></p></section>`
}

function endings({ endings: all }: ReportFacts): string {
  const rows = [...all].toSorted((a, b) => b[1] - a[1]).slice(0, 25)
  return barChart(
    'How runs ended',
    rows.map(([name, count]) => [
      name,
      count,
      COLOURS[outcomeOf({ ending: { success: name === 'ok', code: name } } as AuditEntry) ?? 'failed'],
    ]),
  )
}

function policies({ policies: all }: ReportFacts): string {
  if (all.size === 0) return ''
  const rows = [...all].toSorted((a, b) => b[1].refused - a[1].refused).slice(0, 50)
  return table(
    ['policy', 'refused#', 'allowed#'],
    rows.map(([name, { refused, allowed }]) => [escaped(name), String(refused), String(allowed)]),
  )
}

function tallies(name: string, all: Map<string, Tally>, by: (tally: Tally) => number, onlyAbove = false): string {
  const rows = [...all]
    .filter(([, tally]) => !onlyAbove || by(tally) > 0)
    .toSorted((a, b) => by(b[1]) - by(a[1]))
    .slice(0, 20)
  const ms = (value: number): string => value.toFixed(1)
  return rows.length === 0
    ? ''
    : table(
        [name, 'runs#', 'succeeded#', 'refused#', 'limit#', 'failed#', 'mean ms#', 'longest ms#'],
        rows.map(([key, { runs: count, ok, refused, limit, failed, timed, totalMs, maxMs }]) => [
          escaped(key),
          ...[count, ok, refused, limit, failed].map(String),
          timed === 0 ? '–' : ms(totalMs / timed),
          timed === 0 ? '–' : ms(maxMs),
        ]),
      )
}

function runs(entries: readonly AuditEntry[]): string {
  if (entries.length === 0) return ''
  return table(
    ['entry#', 'time', 'who, tenant', 'effect', 'ended in', 'ms#', 'execution', 'code hash'],
    entries.map(({ chain, time: at, who, tenant, effect, filename, ending, durationMs, executionId, code: source, policies: asked }) => [
      String(chain.seq),
      time(at),
      escaped([who, tenant].filter(Boolean).join(', ')),
      escaped(effect ?? filename ?? ''),
      escaped(ending?.success === true ? 'ok' : [ending?.code, asked?.find(({ allowed }) => !allowed)?.policy].filter(Boolean).join(': ')),
      durationMs === undefined ? '' : durationMs.toFixed(1),
      code(executionId),
      code(source?.hash),
    ]),
  )
}

/** A heading that ends in `#` is of a column of numbers. Cells are HTML already. */
function table(headings: readonly string[], rows: readonly string[][]): string {
  const isNumber = headings.map((heading) => heading.endsWith('#'))
  const cell = (tag: string, html: string, i: number): string => `<${tag}${isNumber[i] === true ? ' class="n"' : ''}>${html}</${tag}>`
  const head = headings.map((heading, i) => cell('th', escaped(heading.replace('#', '')), i)).join('')
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((html, i) => cell('td', html, i)).join('')}</tr>`).join('')}</tbody></table>`
}
