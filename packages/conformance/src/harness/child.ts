/**
 * A disposable host: loads a provider, performs attacks and says what it saw. It may be lost to any of them.
 * Everything it needs afterwards is taken before a guest runs, since guests of the leaky control share its realm.
 */
import { writeSync } from 'node:fs'
import v8 from 'node:v8'
import vm from 'node:vm'
import type { Capabilities, Executor, ExecutorOptions, ExecutorProvider } from '@beddel/core'
import type { Attack } from '../attacks/attack.js'
import { code } from '../attacks/expectations.js'
import { attackById } from '../attacks/index.js'
import { lacks, undeclared, wronglyGranted } from '../attacks/needs.js'
import type { HarnessJob, HarnessLine } from './job.js'
import { judge, refusalVerdict } from './judge.js'
import { hostErrors, perform } from './perform.js'
import { watchSpawns } from './run-queue.js'
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

// A host that is silent for long is one that a guest has stalled.
setInterval(() => say({ type: 'alive' }), 100)

watchSpawns()
const job = JSON.parse(process.argv[2] as string) as HarnessJob
try {
  const module = (await import(job.provider.module)) as Record<string, ExecutorProvider>
  const provider = module[job.provider.export]
  if (provider === undefined) throw new Error(`${job.provider.module} has no export ${job.provider.export}`)
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
  for (let i = 0; i < job.attacks.length; i++) {
    const attack = fitted(attackById(job.attacks[i] as string), capabilities)
    const scene = makeScene()
    say({ type: 'begin', id: attack.id })
    try {
      const need = undeclared(attack.needs, capabilities)
      if (need !== undefined) {
        const granted = await wronglyGranted(need, await shared({}), fresh)
        say({ type: 'end', verdict: refusalVerdict(attack, need, granted) })
        continue
      }
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

/** The attack as it must end in an engine that does not have what it uses. */
function fitted(attack: Attack, capabilities: Capabilities): Attack {
  return lacks(attack.code, capabilities) ? { ...attack, expects: code('BEDDEL_GUEST_THROWN') } : attack
}

/** The collector, without leaving it to be found by the engines' own realms. */
function collector(): () => void {
  v8.setFlagsFromString('--expose-gc')
  const gc = vm.runInNewContext('gc') as () => void
  v8.setFlagsFromString('--no-expose-gc')
  return gc
}
