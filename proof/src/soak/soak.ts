import { readFileSync, readdirSync } from 'node:fs'
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { hostTime, nodeEnvironment } from '@beddel/conformance'
import type { Executor } from '@beddel/core'
import { isolatedVmProvider } from '@beddel/executor-isolated-vm'
import { quickJsProvider } from '@beddel/executor-quickjs'
import { workerProvider } from '@beddel/executor-worker'
import { guestOf } from './guests.ts'

/** One second of a soak. */
export interface Sample {
  at: number
  /** MiB, after a collection. */
  heap: number
  resident: number
  children: number
  childrenResident: number
  handles: number
  runs: number
  p50: number
  p99: number
}

export interface SoakResult {
  seconds: number
  runs: number
  byEngine: Record<string, number>
  killed: number
  replaced: number
  wrong: string[]
  late: string[]
  samples: Sample[]
  left: { children: number; handles: string[] }
}

const WIDTH = 8
const KILL_EVERY_MS = 3_000
const REPLACE_EVERY_MS = 15_000
/** Beyond its deadline a run settles within this; the host of a soak is itself busy. */
const GRACE_MS = 1_000
const TENANTS = 5
const MiB = 1024 * 1024

const ENGINES: (() => Promise<Executor>)[] = [
  () => isolatedVmProvider.create(),
  () => quickJsProvider.create(),
  () => workerProvider.create(),
  () => isolatedVmProvider.create({ freshness: 'context' }),
]

v8.setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
v8.setFlagsFromString('--no-expose-gc')
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs mixed tenants over several engines while children are killed and executors replaced, and samples what that costs. */
export async function soak(seconds: number, onSample: (sample: Sample) => void = () => {}): Promise<SoakResult> {
  const handlesBefore = process.getActiveResourcesInfo()
  const result: SoakResult = {
    seconds,
    runs: 0,
    byEngine: {},
    killed: 0,
    replaced: 0,
    wrong: [],
    late: [],
    samples: [],
    left: { children: 0, handles: [] },
  }
  const executors = await Promise.all(ENGINES.map((create) => create()))
  const startedAt = performance.now()
  const end = startedAt + seconds * 1_000
  // On a machine with other work a host that is not scheduled is not a late one.
  const waiting = nodeEnvironment.waiting()
  const time = hostTime(waiting)
  let durations: number[] = []
  let next = 0

  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const i = next++
      const executor = executors[i % executors.length] as Executor
      const guest = guestOf(Math.floor(i / executors.length))
      // An engine without a memory limit of its own is not asked for one.
      if (guest.name === 'memory' && executor.capabilities.limits.heap.enforced === 'none') continue
      const began = time()
      try {
        const { wrong, outcome, timeoutMs } = await guest.perform(executor, `tenant ${i % TENANTS}`, i)
        const took = time() - began
        result.runs++
        result.byEngine[executor.type] = (result.byEngine[executor.type] ?? 0) + 1
        if (wrong !== undefined) note(result.wrong, `${executor.type} ${guest.name}: ${wrong}`)
        if (took > timeoutMs + GRACE_MS) note(result.late, `${executor.type} ${guest.name}: ${Math.round(took)} of ${timeoutMs} ms`)
        if (guest.good && outcome?.success === true) durations.push(outcome.duration)
      } catch (error) {
        if ((error as { code?: string }).code !== 'BEDDEL_DISPOSED')
          note(result.wrong, `${executor.type} ${guest.name} threw ${String(error)}`)
      }
    }
  }

  const sampler = async (): Promise<void> => {
    let before = 0
    for (let at = 1; performance.now() < end; at++) {
      await wait(Math.max(0, startedAt + at * 1_000 - performance.now()))
      gc()
      const { heapUsed, external, rss } = process.memoryUsage()
      const children = childrenOf(process.pid)
      const sorted = durations.toSorted((a, b) => a - b)
      durations = []
      const sample: Sample = {
        at: Math.round((performance.now() - startedAt) / 1_000),
        heap: (heapUsed + external) / MiB,
        resident: rss / MiB,
        children: children.length,
        childrenResident: children.reduce((sum, pid) => sum + residentOf(pid), 0) / MiB,
        handles: process.getActiveResourcesInfo().length,
        runs: result.runs - before,
        p50: sorted[Math.floor(sorted.length / 2)] ?? 0,
        p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      }
      before = result.runs
      result.samples.push(sample)
      onSample(sample)
    }
  }

  const killer = async (): Promise<void> => {
    for (let turn = 0; performance.now() < end; turn++) {
      await wait(KILL_EVERY_MS)
      const children = childrenOf(process.pid)
      const pid = children[turn % (children.length || 1)]
      if (pid === undefined) continue
      try {
        process.kill(pid, 'SIGKILL')
        result.killed++
      } catch {
        // It ended meanwhile.
      }
    }
  }

  const replacer = async (): Promise<void> => {
    for (let turn = 0; performance.now() < end; turn++) {
      await wait(Math.min(REPLACE_EVERY_MS, Math.max(0, end - performance.now())))
      const at = turn % executors.length
      const old = executors[at] as Executor
      executors[at] = await (ENGINES[at] as () => Promise<Executor>)()
      await old.dispose()
      result.replaced++
    }
  }

  await Promise.all([sampler(), killer(), replacer(), ...Array.from({ length: WIDTH }, lane)])
  waiting.close()
  for (const executor of executors) await executor.dispose()
  const left = (): SoakResult['left'] => ({
    children: childrenOf(process.pid).length,
    handles: more(handlesBefore, process.getActiveResourcesInfo()),
  })
  for (let waited = 0; waited < 3_000 && (left().children > 0 || left().handles.length > 0); waited += 50) await wait(50)
  result.left = left()
  result.seconds = (performance.now() - startedAt) / 1_000
  return result
}

/** Kinds of handles of which there are more than before. */
function more(before: readonly string[], now: readonly string[]): string[] {
  const count = (all: readonly string[], kind: string): number => all.filter((one) => one === kind).length
  return [...new Set(now)].filter((kind) => /Timeout|Pipe|Process|Message/.test(kind) && count(now, kind) > count(before, kind))
}

function note(list: string[], text: string): void {
  if (list.length < 50) list.push(text)
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => {
      if (!/^\d+$/.test(name)) return false
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return Number(ppid) === parent && state !== 'Z'
      } catch {
        return false
      }
    })
    .map(Number)
}

function residentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096
  } catch {
    return 0
  }
}
