import type { Executor, ExecutorOptions, RunRequest } from '@beddel/core'
import type { Attack } from '../attacks/attack.js'
import { show } from '../compare/show.js'
import { makeContext } from './context.js'
import type { KitEnvironment } from './environment.js'
import type { Evidence } from './evidence.js'
import { snapshot } from './host-state.js'
import { LoopProbe } from './loop-probe.js'
import type { Scene } from './scene.js'

export interface Performance {
  environment: KitEnvironment
  attack: Attack
  scene: Scene
  /** An executor with these options that earlier attacks may have used. */
  shared(options: ExecutorOptions): Promise<Executor>
  fresh(options: ExecutorOptions): Promise<Executor>
  /** Collects garbage, so that an earlier attack's does not count as this one's. */
  collect(): void
  /** Ask the executor for a sum afterwards. Not for the control, which may be past answering. */
  checkAftermath: boolean
}

/** Where the host's uncaught errors go. Those that come between two attacks are the next one's. */
export const hostErrors: { sink: string[] } = { sink: [] }

const { setTimeout: later } = globalThis
const pause = (ms: number): Promise<void> => new Promise((resolve) => later(resolve, ms))

/** Performs one attack and writes down all that was seen of it. */
export async function perform({ environment, attack, scene, shared, fresh, collect, checkAftermath }: Performance): Promise<Evidence> {
  const evidence: Evidence = {
    runs: [],
    trips: [],
    hostErrors: [],
    fileWritten: false,
    globalChanges: [],
    intrinsicChanges: [],
    stallMs: 0,
    memoryGrowthBytes: 0,
    leftovers: [],
  }
  const own: Executor[] = []
  const made = async (options: ExecutorOptions = {}): Promise<Executor> => {
    const executor = await fresh(options)
    own[own.length] = executor
    return executor
  }
  const options = attack.executorOptions ?? {}
  const processesBefore = environment.processes?.below() ?? []
  const executor = attack.oracle === 'orphan' ? await made(options) : await shared(options)
  await executor.ready()
  const request = typeof attack.request === 'function' ? attack.request(scene) : (attack.request ?? {})
  const context = makeContext({ environment, scene, executor, fresh: made, evidence, request })
  collect()

  const before = snapshot(givenTo(request), environment.watched())
  const probe = new LoopProbe(environment)
  evidence.hostErrors = hostErrors.sink
  try {
    if (attack.run !== undefined) await attack.run(context)
    else await context.run(attack.code as string)
    // What the guest left behind comes now, if it comes.
    await pause(attack.oracle === 'host-crash' ? 150 : 25)
  } finally {
    const { intrinsics, globals } = before.restore()
    const strain = probe.stop()
    Object.assign(evidence, { intrinsicChanges: intrinsics, globalChanges: globals, ...strain })
  }
  hostErrors.sink = []
  evidence.fileWritten = environment.isWritten(scene)
  if (checkAftermath) {
    const aftermath = await stillWorks(executor)
    if (aftermath !== undefined) evidence.aftermath = aftermath
  }
  for (const each of own) await Promise.race([each.dispose(), pause(1_000)])
  evidence.leftovers = await leftovers(environment, scene, own.length > 0 ? processesBefore : undefined)
  return evidence
}

/** The global names that a guest gets, and those of the leaky control's wrapper. */
function givenTo({ globals, hostFunctions }: RunRequest): string[] {
  return [
    'bait',
    'input',
    'console',
    'setTimeout',
    'process',
    'require',
    'module',
    ...Object.keys(globals ?? {}),
    ...Object.keys(hostFunctions ?? {}),
  ]
}

async function stillWorks(executor: Executor): Promise<string | undefined> {
  try {
    const outcome = await executor.run('1 + 1', { limits: { timeoutMs: 4_000 } })
    return outcome.success && outcome.result === 2 ? undefined : `1 + 1 then gave ${show(outcome.error?.message ?? outcome.result)}`
  } catch (error) {
    return `1 + 1 then threw ${show(error)}`
  }
}

/** Processes that are still there a while after the executor's end, and those that the guest itself started. */
async function leftovers({ processes }: KitEnvironment, scene: Scene, before: number[] | undefined): Promise<string[]> {
  if (processes === undefined) return []
  const own = (): number[] => (before === undefined ? [] : processes.below().filter((pid) => !before.includes(pid)))
  for (let waited = 0; waited < 1_000 && own().length > 0; waited += 50) await pause(50)
  const outlived = own().map((pid) => `process ${pid} outlived its executor`)
  return [...outlived, ...processes.endThoseWith(scene.bait.marker).map((pid) => `the guest started process ${pid}`)]
}
