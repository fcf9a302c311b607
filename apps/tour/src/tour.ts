import { SandboxAdapter } from '@beddel/sandbox-adapter'
import { airportsJob, type Job } from './airports.ts'
import { ENGINE_VARIANTS, type EngineVariant } from './engine-variants.ts'
import { BOUNDS, runHostile } from './hostile.ts'
import { HOSTILE_GUESTS, type HostileGuest } from './hostile-guests.ts'
import { bad, good, mb, type Print, section } from './print.ts'
import { transformEverywhere } from './transformation.ts'

export interface TourParts {
  job?: Job
  variants?: readonly EngineVariant[]
  guests?: readonly HostileGuest[]
  print?: Print
}

/** The whole tour. Gives the exit code: 0 if all of it held, else 1, and the last lines say what did not. */
export async function tour(parts: TourParts = {}): Promise<0 | 1> {
  const { job = airportsJob(), variants = ENGINE_VARIANTS, guests = HOSTILE_GUESTS, print = console.log } = parts
  const startedAt = performance.now()

  print(section('What this machine has: new SandboxAdapter().explain()'))
  await using sandbox = new SandboxAdapter({ config: false, allowVm2: true })
  const report = await sandbox.explain()
  print(String(report).replaceAll(/^(?=.)/gm, '  '))
  const problems = report.chosen === undefined ? ['no engine with a boundary can be used here'] : []

  problems.push(...(await transformEverywhere(job, variants, print)))
  const hostile = await runHostile(guests, print)
  problems.push(...hostile.problems)

  const { neighbour } = hostile
  print(section('In short'))
  print(
    `  engines        ${variants.length} ways to run one job over ${job.input.length.toLocaleString('en')} rows, compared with one expected answer`,
  )
  print(`  hostile guests ${hostile.guests}, one after another; this process outlived them`)
  print(
    `  event loop     stalled for ${ms(hostile.stalledMs)} at the most (bound: ${ms(BOUNDS.stalledMs)}); late by ${ms(hostile.lateMs)} with the waits for a free processor`,
  )
  print(`  host memory    grew by ${mb(hostile.growthBytes)} at the most (bound: ${mb(BOUNDS.growthBytes)})`)
  print(`  neighbour      ${neighbour.answers} right answers meanwhile, ${neighbour.wrong} missed, slowest ${ms(neighbour.slowestMs)}`)
  print(`  took           ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  print('')
  if (problems.length === 0) print(good('  All of it held.'))
  else for (const problem of problems) print(bad(`  Did not hold: ${problem}`))
  return problems.length === 0 ? 0 : 1
}

const ms = (time: number): string => `${time.toFixed(0)} ms`
