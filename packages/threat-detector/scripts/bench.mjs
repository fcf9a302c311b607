// What the detector finds in the evidence, and how fast it is: `pnpm bench:detector`, with `evidence` or `speed` for one of them.
import { SandboxThreatDetector } from '@beddel/threat-detector'
import { benign, figures, judged } from './evidence.mjs'

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
  // Real functions, one after another, up to a length.
  const text = benign().map(({ code }, i) => `const f${i} = ${code.startsWith('(') ? code : `(${code})`}\n`)
  const ofLength = (length) => {
    const parts = []
    for (let i = 0, sum = 0; sum < length; i++) {
      parts.push(text[i % text.length].replace(/^const f\d+/, `const g${i}`))
      sum += parts.at(-1).length
    }
    return parts.join('').slice(0, parts.join('').lastIndexOf('\n', length) + 1) || parts.join('')
  }
  const fresh = new SandboxThreatDetector({ cacheSize: 0 })
  const time = async (source, rounds) => {
    const times = []
    let cpu = Infinity
    for (let i = 0; i < rounds; i++) {
      const before = process.cpuUsage()
      const startedAt = performance.now()
      await fresh.analyzeCode(source)
      times.push(performance.now() - startedAt)
      const { user, system } = process.cpuUsage(before)
      cpu = Math.min(cpu, (user + system) / 1_000)
    }
    return { median: times.sort((a, b) => a - b)[rounds >> 1], cpu }
  }
  const kilobyte = ofLength(1_024)
  await time(kilobyte, 1_500)
  console.log('Time of an analysis, warm\n')
  const points = []
  for (const [length, rounds] of [
    [1_024, 500],
    [10_240, 100],
    [102_400, 20],
    [524_288, 7],
    [1_048_576, 5],
  ]) {
    const source = length === 1_024 ? kilobyte : ofLength(length)
    const { median, cpu } = await time(source, rounds)
    points.push([source.length, cpu])
    console.log(
      `  ${String(source.length).padStart(8)} characters  median ${median.toFixed(3)} ms, ${((1_024 * median) / source.length).toFixed(3)} ms a KB`,
    )
  }
  // In logarithms: 1 is linear, 2 quadratic.
  const logs = points.slice(1).map(([x, y]) => [Math.log(x), Math.log(y)])
  const mean = (i) => logs.reduce((sum, point) => sum + point[i], 0) / logs.length
  const [mx, my] = [mean(0), mean(1)]
  const slope = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  console.log(
    `\n  slope of log time over log length, 10 KB to 1 MB: ${slope.toFixed(2)} (1 is linear; processor time, since a machine has other work)`,
  )

  const keeping = new SandboxThreatDetector()
  const sources = Array.from({ length: 64 }, (_, i) => `${kilobyte}// ${i}\n`)
  for (const source of sources) await keeping.analyzeCode(source)
  const rounds = 20_000
  const startedAt = performance.now()
  for (let i = 0; i < rounds; i++) await keeping.analyzeCode(sources[i & 63])
  console.log(`  an answer that is kept, 1 KB, its hash included: ${((1_000 * (performance.now() - startedAt)) / rounds).toFixed(2)} µs`)
}
