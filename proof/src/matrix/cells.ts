import type { Kit } from './kit.ts'

/** One way in which an engine is built. */
export interface Pair {
  name: string
  engine: string
  options: Record<string, unknown>
}

const pair = (name: string, engine: string, options: Record<string, unknown>): Pair => ({ name, engine, options })

export const PAIRS: readonly Pair[] = [
  pair('isolated-vm, process', 'isolated-vm', { placement: 'process' }),
  pair('isolated-vm, in-process', 'isolated-vm', { placement: 'in-process' }),
  pair('quickjs, process', 'quickjs', { placement: 'process' }),
  pair('quickjs, in-process', 'quickjs', { placement: 'in-process' }),
  pair('worker, child process', 'worker', { runtime: 'child_process' }),
  pair('worker, thread', 'worker', { runtime: 'worker_threads' }),
  pair('vm2, in-process', 'vm2', { allowVm2: true, suppressWarning: true }),
]

export const NODES = ['22', '24', '26'] as const

/** The version of isolated-vm for each Node, as `doctor` names it. */
export const ISOLATED_VM: Record<string, string> = { 22: '6.2.0', 24: '7.0.1', 26: '7.0.1' }

/** What is kept of the kit's report about one engine, in one placement, on one Node. */
export interface Cell {
  pair: string
  node: string
  date: string
  /** What it was made with; absent where no executor could be made, and in old cells. */
  kit?: Kit
  /** Absent where no executor could be made; `problem` says why. */
  report?: {
    conforms: boolean
    capabilities: Record<string, unknown> & { limits: Record<string, { enforced: string; note?: string }> }
    suites: { passed: number; failed: number }
    attacks: Record<'held' | 'declared' | 'refused' | 'breached' | 'fault', number>
    worst: { stallMs: number; latestMs: number }
    figures: { name: string; unit: string; limit: number; reached?: number; endings: string[] }[]
    /** Ids of what did not hold, with the reason. */
    wrong: string[]
  }
  problem?: string
}
