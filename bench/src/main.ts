import { writeFileSync } from 'node:fs'
import { parseArgs, styleText } from 'node:util'
import { environment } from './environment.ts'
import { type Figure, verdict } from './figure.ts'
import { FIGURES } from './figures/index.ts'
import { type Measured, markdown, number, ratio, tally } from './report.ts'
import { FULL, QUICK, type Rounds } from './rounds.ts'

const USAGE = `pnpm bench [--only <name>]... [--quick]
  --only <name>  one figure; may be given several times: ${FIGURES.map(({ name }) => name).join(', ')}
  --quick        fewer and shorter rounds
A whole run that is not quick writes docs/benchmarks.md and docs/benchmarks.json.`

function options(): { figures: readonly Figure[]; quick: boolean } {
  const args = process.argv.slice(2).filter((arg) => arg !== '--')
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string', multiple: true }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  const unknown = values.only?.filter((name) => !FIGURES.some((figure) => figure.name === name)) ?? []
  if (unknown.length > 0) throw new Error(`There is no figure ${unknown.join(', ')}.\n${USAGE}`)
  return { figures: FIGURES.filter(({ name }) => values.only?.includes(name) ?? true), quick: values.quick ?? false }
}

async function measure(figure: Figure, rounds: Rounds): Promise<Measured> {
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  try {
    return { figure, rows: await figure.measure(rounds), seconds: seconds() }
  } catch (error) {
    return { figure, rows: [], failure: error instanceof Error ? error.message : String(error), seconds: seconds() }
  }
}

function print({ figure, rows, failure, seconds }: Measured): void {
  console.log(`\n${styleText('bold', figure.title)}  ${styleText('dim', `${figure.name}, ${seconds.toFixed(0)} s`)}`)
  if (failure !== undefined) console.log(`  ${styleText('red', 'not measured:')} ${failure}`)
  for (const row of rows) {
    const ending = verdict(row)
    const colour = ending === 'not met' ? 'red' : ending === 'for information' ? 'dim' : 'green'
    const peer = row.peer === undefined ? '' : ` | ${row.against}: ${number(row.peer)} ${row.unit} | ${ratio(row)}`
    const bars = row.must === undefined ? '' : ` | must ${row.must}, aim ${row.aim}`
    console.log(`  ${row.what ? `${row.what}: ` : ''}${number(row.ours)} ${row.unit}${peer}${bars} | ${styleText(colour, ending)}`)
  }
}

try {
  const { figures, quick } = options()
  const on = environment()
  console.log(
    `${on.cpu}, ${on.cores} cores, load ${on.load}, Node ${on.node}; ${Object.entries(on.versions)
      .map((pair) => pair.join(' '))
      .join(', ')}`,
  )
  const measured: Measured[] = []
  for (const figure of figures) {
    const one = await measure(figure, quick ? QUICK : FULL)
    print(one)
    measured.push(one)
  }
  const counts = tally(measured)
  console.log(
    `\n${counts['aim met']} reach their aim, ${counts.met} what they must, ${counts['not met']} do not, ${counts.failed} not measured.`,
  )
  if (figures === FIGURES || figures.length === FIGURES.length) {
    if (!quick) {
      const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url)
      writeFileSync(docs('benchmarks.md'), markdown(measured, on, 'pnpm bench'))
      const figuresOut = measured.map(({ figure: { name, title, against, must, aim }, rows, failure, seconds }) => ({
        name,
        title,
        against,
        must,
        aim,
        seconds,
        failure,
        rows: rows.map((row) => ({ ...row, verdict: verdict(row) })),
      }))
      writeFileSync(docs('benchmarks.json'), `${JSON.stringify({ ...on, figures: figuresOut }, null, 2)}\n`)
    }
  }
  // What falls short is reported, not failed: only a figure that could not be measured is.
  process.exitCode = counts.failed > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
