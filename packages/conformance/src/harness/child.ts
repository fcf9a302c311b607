/**
 * A disposable host: loads a provider, performs attacks and says what it saw. It may be lost to any of them.
 * Everything it needs afterwards is taken before a guest runs, since guests of the leaky control share its realm.
 */
import { writeSync } from 'node:fs'
import v8 from 'node:v8'
import vm from 'node:vm'
import type { Executor, ExecutorOptions, ExecutorProvider } from '@beddel/core'
import { attackById } from '../attacks/index.js'
import type { HarnessJob, HarnessLine } from './job.js'
import { judge } from './judge.js'
import { hostErrors, perform } from './perform.js'
import { makeScene } from './scene.js'

const { stringify } = JSON
const say = (line: HarnessLine): void => void writeSync(3, `${stringify(line)}\n`)
const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

process.on('uncaughtException', (error: unknown) => note('exception', error))
process.on('unhandledRejection', (error: unknown) => note('rejection', error))
function note(kind: string, error: unknown): void {
  const { sink } = hostErrors
  if (sink.length < 10) sink[sink.length] = `${kind}: ${String((error as Error | undefined)?.message ?? error)}`
}

const job = JSON.parse(process.argv[2] as string) as HarnessJob
try {
  const module = (await import(job.provider.module)) as Record<string, ExecutorProvider>
  const provider = module[job.provider.export]
  if (provider === undefined) throw new Error(`${job.provider.module} has no export ${job.provider.export}`)
  const { survivesGuest } = provider.capabilities(job.placement)
  const fresh = (options: ExecutorOptions = {}): Promise<Executor> =>
    provider.create({ ...options, placement: job.placement, ...(!survivesGuest && { acceptHostRisk: true }) })
  const kept = new Map<string, Promise<Executor>>()
  const shared = (options: ExecutorOptions): Promise<Executor> => {
    const key = stringify(options)
    const known = kept.get(key) ?? fresh(options)
    kept.set(key, known)
    return known
  }
  const collect = collector()
  for (let i = 0; i < job.attacks.length; i++) {
    const attack = attackById(job.attacks[i] as string)
    const scene = makeScene()
    say({ type: 'begin', id: attack.id })
    try {
      const evidence = await perform({ attack, scene, shared, fresh, collect, checkAftermath: !job.control })
      say({ type: 'end', verdict: judge(attack, evidence, scene) })
    } finally {
      scene.clear()
    }
  }
  for (const executor of kept.values()) await (await executor).dispose()
} catch (error) {
  say({ type: 'fault', message: textOf(error) })
}
process.exit(0)

/** The collector, without leaving it to be found by the engines' own realms. */
function collector(): () => void {
  v8.setFlagsFromString('--expose-gc')
  const gc = vm.runInNewContext('gc') as () => void
  v8.setFlagsFromString('--no-expose-gc')
  return gc
}
