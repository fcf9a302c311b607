import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { flags, misused } from '../flags.ts'
import { markdownOf, svgOf } from './report.ts'
import { soak } from './soak.ts'
import { verdictOf } from './verdict.ts'

/** In less a line through the samples says nothing, and hardly a child was killed. */
const LEAST_SECONDS = 30
const USAGE = `usage: pnpm soak [--time seconds, at least ${LEAST_SECONDS}] [--write] [--json]`
const values = flags(USAGE, { time: { type: 'string', default: '600' }, json: { type: 'boolean' }, write: { type: 'boolean' } })
const seconds = Number(values.time)
if (!/^\d+(\.\d+)?$/.test(values.time) || seconds < LEAST_SECONDS)
  misused(USAGE, `--time ${values.time} is too short, or no number of seconds.`)
if (values.json !== true) console.log(`soaking for ${seconds} s`)
const result = await soak(seconds, ({ at, runs, heap, resident, children, p50, p99 }) => {
  if (at % 10 === 0 && values.json !== true)
    console.log(
      `${at} s: ${runs} runs/s, heap ${heap.toFixed(1)} MiB, resident ${resident.toFixed(0)} MiB, ${children} children, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms`,
    )
})
const verdict = verdictOf(result)
if (values.json === true) console.log(JSON.stringify({ ...result, ...verdict }, null, 2))
else
  console.log(
    `${result.runs} runs; heap ${verdict.slope.toFixed(2)} MiB a minute; latency drift ${verdict.drift.toFixed(2)}; ${verdict.problems.length === 0 ? 'nothing found' : verdict.problems.join('\n')}`,
  )
if (values.write === true) {
  const docs = fileURLToPath(new URL('../../../docs/', import.meta.url))
  writeFileSync(`${docs}soak.md`, markdownOf(result, verdict))
  writeFileSync(`${docs}soak.svg`, svgOf(result))
}
process.exitCode = verdict.problems.length === 0 ? 0 : 1
