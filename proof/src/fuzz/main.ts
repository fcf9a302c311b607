import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { markdownOf } from './page.ts'
import { type Findings, fuzz } from './target.ts'
import { TARGETS } from './targets.ts'

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    seed: { type: 'string' },
    time: { type: 'string', default: '60' },
    only: { type: 'string', multiple: true },
    path: { type: 'string' },
    write: { type: 'boolean' },
  },
})
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
const chosen = TARGETS.filter(({ name }) => values.only?.includes(name) ?? true)
const seconds = Number(values.time) / chosen.length
if (chosen.length === 0 || !Number.isInteger(seed) || !(seconds > 0)) {
  console.error(
    `usage: pnpm fuzz [--time seconds] [--seed number] [--only ${TARGETS.map(({ name }) => name).join('|')}] [--path of-a-failure] [--write]`,
  )
  process.exit(2)
}
console.log(`seed ${seed}, ${chosen.length} targets, ${seconds.toFixed(1)} s each`)
const all: Findings[] = []
for (const target of chosen) {
  const found = await fuzz(target, { seed, seconds, ...(values.path !== undefined && { path: values.path }) })
  all.push(found)
  const { runs, seconds: took, failure } = found
  console.log(`${target.name}: ${runs} cases in ${took.toFixed(1)} s: ${failure === undefined ? 'holds' : 'FAILED'} (${target.says})`)
  if (failure === undefined) continue
  console.log(
    `  again: pnpm fuzz --only ${target.name} --seed ${seed} --path ${failure.path}\n  ${failure.counterexample}\n  ${failure.error}`,
  )
}
if (values.write === true) writeFileSync(fileURLToPath(new URL('../../../docs/fuzz.md', import.meta.url)), markdownOf(all))
process.exitCode = all.some(({ failure }) => failure !== undefined) ? 1 : 0
