/**
 * A disposable host: loads a provider, performs attacks and says what it saw. It may be lost to any of them.
 * Everything it needs afterwards is taken before a guest runs, since guests of the leaky control share its realm.
 */
import { writeSync } from 'node:fs'
import v8 from 'node:v8'
import vm from 'node:vm'
import type { Executor, ExecutorOptions } from '@beddel/core'
import { attackById } from '../attacks/index.js'
import { attackOne } from '../harness/attack-one.js'
import { hostErrors } from '../harness/perform.js'
import { type FigureName, measure } from '../figures/index.js'
import { listTests } from '../suites/list.js'
import { nodeEnvironment as environment } from './environment.js'
import type { HarnessJob, HarnessLine } from './job.js'
import { loadProvider } from './load-provider.js'
import { watchSpawns } from './run-queue.js'
import { unusable } from './unusable-provider.js'

const { stringify } = JSON
const { exit } = process
const say = (line: HarnessLine): void => {
  try {
    writeSync(3, `${stringify(line)}\n`)
  } catch (error) {
    // Whoever listened is gone, and nobody else would ever end this process.
    if ((error as { code?: unknown }).code === 'EPIPE') exit()
    throw error
  }
}
const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

process.on('uncaughtException', (error: unknown) => note('exception', error))
process.on('unhandledRejection', (error: unknown) => note('rejection', error))
function note(kind: string, error: unknown): void {
  const { sink } = hostErrors
  if (sink.length < 10) sink[sink.length] = `${kind}: ${String((error as Error | undefined)?.message ?? error)}`
}

// A host that is silent for long is one that a guest has stalled.
setInterval(() => say({ type: 'alive' }), 100)

watchSpawns()
const job = JSON.parse(process.argv[2] as string) as HarnessJob
let greeted = false
try {
  const provider = await loadProvider(job.provider)
  // That a guest may end this process is what this process is for.
  const fresh = (options: ExecutorOptions = {}): Promise<Executor> => provider.create({ ...job.options, ...options, acceptHostRisk: true })
  const kept = new Map<string, Promise<Executor>>()
  const shared = (options: ExecutorOptions): Promise<Executor> => {
    const key = stringify(options)
    const known = kept.get(key) ?? fresh(options)
    kept.set(key, known)
    return known
  }
  const collect = collector()
  const { capabilities } = await shared({})
  say({ type: 'hello', capabilities })
  greeted = true
  const subject = { environment, capabilities, shared, fresh, collect, control: job.control === true }
  const tests = listTests({ provider, options: job.options, environment })
  const perform = async (id: string): Promise<unknown> => {
    if (job.kind === 'suites') return tests.perform(id)
    if (job.kind === 'figures') return measure(id as FigureName, await shared({}), environment)
    return attackOne(attackById(id), subject)
  }
  for (let i = 0; i < job.cases.length; i++) {
    const id = job.cases[i] as string
    say({ type: 'begin', id })
    say({ type: 'end', result: await perform(id) })
  }
  await tests.close()
  for (const executor of kept.values()) await (await executor).dispose()
} catch (error) {
  if (greeted) say({ type: 'fault', message: textOf(error) })
  else say({ type: 'unusable', ...unusable(error) })
}
process.exit(0)

/** The collector, without leaving it to be found by the engines' own realms. */
function collector(): () => void {
  v8.setFlagsFromString('--expose-gc')
  const gc = vm.runInNewContext('gc') as () => void
  v8.setFlagsFromString('--no-expose-gc')
  return gc
}
