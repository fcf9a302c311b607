import vm from 'node:vm'
import { meter, type SourceForm } from '../src/metering.js'

export interface Ending {
  /** The completion value, or what a body's promise settled to. */
  value?: unknown
  /** What the code threw, as text. */
  thrown?: string
  /** How often the code asked for the end of its budget to be noticed. */
  spent: number
  timedOut: boolean
}

/** How a cell may compile a source. */
export const WAYS = ['vm.Script', 'indirect eval', 'body'] as const
export type Way = (typeof WAYS)[number]

export const formOf = (way: Way): SourceForm => (way === 'body' ? 'body' : 'script')

/** Runs code in a new context whose promise jobs run before this returns. `__beddel_spent` throws. */
export function run(code: string, way: Way, timeout = 2_000): Ending {
  const ending: Ending = { spent: 0, timedOut: false }
  const host = {
    __beddel_spent() {
      ending.spent++
      throw new Error('spent')
    },
    settled: (value: unknown) => (ending.value = value),
    failed: (thrown: unknown) => (ending.thrown = String(thrown)),
    code,
  }
  const context = vm.createContext(host, { microtaskMode: 'afterEvaluate' })
  const starts = {
    'vm.Script': code,
    'indirect eval': '(0, eval)(code)',
    body: '(async()=>{}).constructor(code)().then(settled, failed)',
  }
  try {
    const value: unknown = vm.runInContext(starts[way], context, { timeout })
    if (way !== 'body') ending.value = value
  } catch (error) {
    ending.timedOut = (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    ending.thrown = String(error)
  }
  return ending
}

export function runMetered(source: string, way: Way, budget: number, timeout?: number): Ending {
  return run(meter(source, { form: formOf(way), budget }).code, way, timeout)
}
