import type { Capabilities, Executor, LimitSupport, Outcome } from '@beddel/core'
import type { KitEnvironment } from '../harness/environment.js'
import { timed } from '../harness/host-time.js'
import { show } from '../compare/show.js'

const MiB = 1024 * 1024

/** A limit that was stated, and where a guest that ignores it was really stopped. */
export interface Figure {
  name: FigureName
  unit: 'ms' | 'MiB' | 'turns'
  /** What was asked for. */
  limit: number
  /** The worst of the rounds; absent where it could not be measured. */
  reached?: number
  /** How each round ended. */
  endings: string[]
}

interface Measurement {
  unit: Figure['unit']
  limit: number
  declared(capabilities: Capabilities): LimitSupport
  rounds: readonly string[]
  round(executor: Executor, source: string, environment: KitEnvironment): Promise<{ reached: number | undefined; outcome: Outcome }>
}

const WALL_MS = 300
const HEAP_MIB = 32
const OPERATIONS = 10_000

/** Takes a mebibyte at a time and reports each to the host: the last report is what it really had. */
const eats = (piece: string): string => `const kept = []; for (let i = 1; ; i++) { kept.push(${piece}); await report(i) }`

async function eatMemory(executor: Executor, source: string): ReturnType<Measurement['round']> {
  let reached = 0
  const report = (mebibytes: number): void => {
    reached = mebibytes
  }
  const limits = { memoryBytes: HEAP_MIB * MiB, timeoutMs: 20_000, hostCalls: 100_000 }
  const outcome = await executor.run(source, { limits, hostFunctions: { report } })
  return { reached, outcome }
}

const MEASUREMENTS = {
  timeoutMs: {
    unit: 'ms',
    limit: WALL_MS,
    declared: ({ limits }) => limits.wall,
    rounds: [
      'for(;;);',
      'for(;;) new Array(1000).fill(1.1)',
      'while (true) await 0',
      'new Promise(() => {})',
      'Array.prototype.join.call({ length: 2 ** 32 - 2 }, "")',
      '/^(a+)+$/.test("a".repeat(40) + "!")',
    ],
    round: async (executor, source, environment) => {
      const { outcome, ms } = await timed(() => executor.run(source, { limits: { timeoutMs: WALL_MS } }), environment)
      return { reached: ms, outcome }
    },
  },
  'memoryBytes, heap': {
    unit: 'MiB',
    limit: HEAP_MIB,
    declared: ({ limits }) => limits.heap,
    rounds: [eats('new Array(131072).fill(i + 0.5)')],
    round: eatMemory,
  },
  'memoryBytes, buffers': {
    unit: 'MiB',
    limit: HEAP_MIB,
    declared: ({ limits }) => limits.externalMemory,
    rounds: [eats('new Uint8Array(1048576).fill(i)')],
    round: eatMemory,
  },
  operations: {
    unit: 'turns',
    limit: OPERATIONS,
    declared: ({ limits }) => limits.operations,
    rounds: ['for (let i = 1; ; i++) console.log(i)'],
    round: async (executor, source) => {
      const limits = { operations: OPERATIONS, logBytes: 8 * MiB, timeoutMs: 20_000 }
      const outcome = await executor.run(source, { limits })
      const last = outcome.logs.at(-1)?.text
      return { reached: last === undefined ? undefined : Number(last), outcome }
    },
  },
} as const satisfies Record<string, Measurement>

export type FigureName = keyof typeof MEASUREMENTS
export const FIGURE_NAMES = Object.keys(MEASUREMENTS) as FigureName[]

/** The figures that an engine with these capabilities can be asked for: limits that it enforces in some way. */
export const figuresOf = (capabilities: Capabilities): FigureName[] =>
  FIGURE_NAMES.filter((name) => {
    if (MEASUREMENTS[name].declared(capabilities).enforced === 'none') return false
    return !name.startsWith('memoryBytes') || (capabilities.hostCalls !== 'none' && capabilities.limits.heap.enforced !== 'none')
  })

/** A figure that could not be had, and why. */
export function missingFigure(name: FigureName, why: string): Figure {
  const { unit, limit } = MEASUREMENTS[name]
  return { name, unit, limit, endings: [why] }
}

/** Lets guests run into a limit and says how far the worst of them came. */
export async function measure(name: FigureName, executor: Executor, environment: KitEnvironment): Promise<Figure> {
  const { unit, limit, rounds, round }: Measurement = MEASUREMENTS[name]
  const endings: string[] = []
  let worst: number | undefined
  for (const source of rounds) {
    // What there is to start is started before the clock.
    await executor.run('1')
    const { reached, outcome } = await round(executor, source, environment)
    endings.push(outcome.success ? `the value ${show(outcome.result)}` : outcome.error.code)
    if (reached !== undefined) worst = Math.max(worst ?? 0, reached)
  }
  return { name, unit, limit, ...(worst !== undefined && { reached: worst }), endings }
}
