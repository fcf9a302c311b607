import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { flags, misused } from '../flags.ts'
import { MAX_SEED, mistakeIn } from './mistake.ts'
import { markdownOf } from './page.ts'
import { type Findings, fuzz } from './target.ts'
import { TARGETS } from './targets.ts'

const NAMES = TARGETS.map(({ name }) => name)
const USAGE = `usage: pnpm fuzz [--time seconds] [--seed number] [--only ${NAMES.join('|')}] [--write]
       pnpm fuzz --only one-of-them --seed number --path of-a-failure
  --seed   a whole number from 0 to ${MAX_SEED}
  --write  writes docs/fuzz.md, which has a row for each: not with --only`
const values = flags(USAGE, {
  seed: { type: 'string' },
  time: { type: 'string', default: '60' },
  only: { type: 'string', multiple: true },
  path: { type: 'string' },
  write: { type: 'boolean' },
})
const mistake = mistakeIn(values, NAMES)
if (mistake !== undefined) misused(USAGE, mistake)
const seed = values.seed === undefined ? Math.floor(Math.random() * MAX_SEED) : Number(values.seed)
const chosen = TARGETS.filter(({ name }) => values.only?.includes(name) ?? true)
const seconds = Number(values.time) / chosen.length
console.log(`seed ${seed}, ${chosen.length} targets, ${seconds.toFixed(1)} s each`)
const all: Findings[] = []
for (const target of chosen) {
  const found = await fuzz(target, { seed, seconds, ...(values.path !== undefined && { path: values.path }) })
  all.push(found)
  const { runs, seconds: took, failure } = found
  // No case was performed where the time was over at once, or a path leads nowhere.
  const came = failure !== undefined ? 'FAILED' : runs > 0 ? 'holds' : 'NOTHING RAN'
  console.log(`${target.name}: ${runs} cases in ${took.toFixed(1)} s: ${came} (${target.says})`)
  if (failure === undefined) continue
  console.log(
    `  again: pnpm fuzz --only ${target.name} --seed ${seed} --path ${failure.path}\n  ${failure.counterexample}\n  ${failure.error}`,
  )
}
if (values.write === true) writeFileSync(fileURLToPath(new URL('../../../docs/fuzz.md', import.meta.url)), markdownOf(all))
process.exitCode = all.some(({ failure, runs }) => failure !== undefined || runs === 0) ? 1 : 0
