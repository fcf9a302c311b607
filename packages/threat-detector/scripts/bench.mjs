// What the detector finds in the evidence, and how fast it is: `pnpm bench:detector`, with `evidence` or `speed` for one of them.
import { SandboxThreatDetector } from '@beddel/threat-detector'
import { parse } from 'acorn'
import { benign, figures, judged } from './evidence.mjs'

/** Prime, so that each function comes once. */
const STRIDE = 101

const [only] = process.argv.slice(2)
const percent = (share) => `${(100 * share).toFixed(1)} %`

if (only !== 'speed') await evidence()
if (only !== 'evidence') await speed()

async function evidence() {
  const rows = await judged(new SandboxThreatDetector())
  console.log('Decision to block, by set (benign: functions of npm packages; hostile: written for this project)\n')
  for (const set of ['develop', 'report']) {
    const f = figures(rows.filter((row) => row.set === set))
    console.log(
      `  ${set.padEnd(8)} benign ${f.benign}, ${f.alarms} blocked; hostile ${f.hostile}, ${f.missed} missed; ` +
        `precision ${percent(f.precision)}, recall ${percent(f.recall)}, ROC AUC ${f.rocAuc.toFixed(4)}`,
    )
  }
  const report = rows.filter((row) => row.set === 'report')
  console.log('\nBy rule, in the report set: snippets in which it found something\n')
  const rules = new Map()
  for (const { analysis, hostile } of report) {
    for (const rule of new Set(analysis.patterns.map((each) => `${each.name} ${each.rule}`))) {
      const counts = rules.get(rule) ?? { hostile: 0, benign: 0 }
      counts[hostile ? 'hostile' : 'benign']++
      rules.set(rule, counts)
    }
  }
  console.log(`  ${'pattern and rule'.padEnd(48)} hostile  benign`)
  for (const [rule, { hostile, benign: harmless }] of [...rules].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(`  ${rule.padEnd(48)} ${String(hostile).padStart(7)} ${String(harmless).padStart(7)}`)
  }
  console.log('\nBlocked although benign, in the report set')
  for (const { what, score } of report.filter((row) => !row.hostile && row.blocked)) console.log(`  ${score} ${what}`)
  console.log('\nMissed, in the report set')
  for (const { what, score, code } of report.filter((row) => row.hostile && !row.blocked)) {
    console.log(`  ${score} ${what}: ${code.replaceAll('\n', ' ').slice(0, 110)}`)
  }
  console.log()
}

async function speed() {
  // Whole real functions, those of all packages mixed, without those that do not fit; again from the first where they are all in.
  const all = benign().map(({ code }) => (code.startsWith('(') ? code : `(${code})`))
  const functions = all.map((_, i) => all[(i * STRIDE) % all.length])
  const ofLength = (length) => {
    let text = ''
    for (let before = -1, n = 0; before < text.length; ) {
      before = text.length
      for (const code of functions) {
        const next = `const g${n} = ${code}\n`
        if (text.length + next.length > length) continue
        text += next
        n++
      }
    }
    return text
  }
  const fresh = new SandboxThreatDetector({ cacheSize: 0 })
  const analysis = async (source) => {
    const { problem } = await fresh.analyzeCode(source)
    if (problem !== undefined) throw new Error(`What is timed was not analysed: ${problem.message}`)
  }
  const parsing = (source) => parse(source, { ecmaVersion: 'latest' })
  const time = async (work, source, rounds) => {
    const times = []
    let cpu = Infinity
    for (let i = 0; i < rounds; i++) {
      const before = process.cpuUsage()
      const startedAt = performance.now()
      await work(source)
      times.push(performance.now() - startedAt)
      const { user, system } = process.cpuUsage(before)
      cpu = Math.min(cpu, (user + system) / 1_000)
    }
    return { median: times.sort((a, b) => a - b)[rounds >> 1], cpu }
  }
  const kilobyte = ofLength(1_024)
  await time(analysis, kilobyte, 1_500)
  console.log('Time of an analysis, warm, and of the parser alone\n')
  const points = []
  for (const [length, rounds] of [
    [1_024, 500],
    [10_240, 100],
    [102_400, 20],
    [524_288, 7],
    [1_048_576, 5],
  ]) {
    const source = length === 1_024 ? kilobyte : ofLength(length)
    const whole = await time(analysis, source, rounds)
    const alone = await time(parsing, source, rounds)
    points.push({ length: source.length, whole: whole.cpu, alone: alone.cpu })
    const perKB = ({ median }) => ((1_024 * median) / source.length).toFixed(3)
    console.log(
      `  ${String(source.length).padStart(8)} characters  median ${whole.median.toFixed(3)} ms, ${perKB(whole)} ms a KB; parser ${perKB(alone)}`,
    )
  }
  const slope = (of) => slopeOf(points.slice(1).map((point) => [Math.log(point.length), Math.log(point[of])])).toFixed(2)
  console.log(
    `\n  slope of log time over log length, 10 KB to 1 MB: ${slope('whole')}, parser ${slope('alone')}` +
      ' (1 is linear; processor time, since a machine has other work)',
  )

  const keeping = new SandboxThreatDetector()
  const sources = Array.from({ length: 64 }, (_, i) => `${kilobyte}// ${i}\n`)
  for (const source of sources) await keeping.analyzeCode(source)
  const rounds = 20_000
  const startedAt = performance.now()
  for (let i = 0; i < rounds; i++) await keeping.analyzeCode(sources[i & 63])
  console.log(`  an answer that is kept, 1 KB, its hash included: ${((1_000 * (performance.now() - startedAt)) / rounds).toFixed(2)} µs`)
}

/** By least squares. In logarithms 1 is linear, 2 quadratic. */
function slopeOf(points) {
  const mean = (i) => points.reduce((sum, point) => sum + point[i], 0) / points.length
  const [mx, my] = [mean(0), mean(1)]
  return points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
}
