import { parseArgs } from 'node:util'
import { fuzz } from './target.ts'
import { TARGETS } from './targets.ts'

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    seed: { type: 'string' },
    time: { type: 'string', default: '60' },
    only: { type: 'string', multiple: true },
    path: { type: 'string' },
  },
})
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
const chosen = TARGETS.filter(({ name }) => values.only?.includes(name) ?? true)
const seconds = Number(values.time) / chosen.length
if (chosen.length === 0 || !Number.isInteger(seed) || !(seconds > 0)) {
  console.error(
    `usage: pnpm fuzz [--time seconds] [--seed number] [--only ${TARGETS.map(({ name }) => name).join('|')}] [--path of-a-failure]`,
  )
  process.exit(2)
}
console.log(`seed ${seed}, ${chosen.length} targets, ${seconds.toFixed(1)} s each`)
let failed = false
for (const target of chosen) {
  const { runs, seconds: took, failure } = await fuzz(target, { seed, seconds, ...(values.path !== undefined && { path: values.path }) })
  console.log(`${target.name}: ${runs} cases in ${took.toFixed(1)} s: ${failure === undefined ? 'holds' : 'FAILED'} (${target.says})`)
  if (failure === undefined) continue
  failed = true
  console.log(
    `  again: pnpm fuzz --only ${target.name} --seed ${seed} --path ${failure.path}\n  ${failure.counterexample}\n  ${failure.error}`,
  )
}
process.exitCode = failed ? 1 : 0
