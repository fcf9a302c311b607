import { inspect } from 'node:util'
import type * as library from '@beddel/vm2-migration'

export interface Tools {
  VM: typeof library.VM
  NodeVM: typeof library.NodeVM
  VMScript: typeof library.VMScript
  VMError: typeof library.VMError
  makeResolverFromLegacyOptions: typeof library.makeResolverFromLegacyOptions
  /** The package's own classes. */
  library: typeof library
  /** A folder with modules. */
  app: string
}

/** One published behaviour of vm2. What it comes to is told as text: a value as `util.inspect` shows it, or what is thrown. */
export interface Case {
  area: string
  name: string
  /** Shown in the table. */
  run(tools: Tools): unknown
  /** What vm2 gives. */
  vm2: string
  /** What all other engines give, where that differs. */
  others?: string
  /** What one engine alone gives. */
  quickjs?: string
  /** Why it differs. */
  why?: string
}

/** What a case comes to, as text. */
export async function outcomeOf(one: Case, tools: Tools): Promise<string> {
  try {
    return shown(await one.run(tools))
  } catch (error) {
    return `throws ${thrown(error)}`
  }
}

function thrown(error: unknown): string {
  if (!(error instanceof Error)) return shown(error)
  const { name, message, code } = error as Error & { code?: string }
  return `${name}${code === undefined ? '' : ` ${code}`}: ${message.split('\n')[0]}`
}

const shown = (value: unknown): string => inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, compact: true })

/** What an engine is expected to give. */
export function expected(one: Case, engine: string): string {
  if (engine === 'vm2') return one.vm2
  if (engine === 'quickjs' && one.quickjs !== undefined) return one.quickjs
  return one.others ?? one.vm2
}

export const caught = (run: () => unknown): unknown => {
  try {
    run()
    return 'nothing was thrown'
  } catch (error) {
    return error
  }
}

export const soon = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for what a timer brings, up to two seconds. */
export async function until(there: () => boolean): Promise<void> {
  for (let waited = 0; !there() && waited < 2_000; waited += 10) await soon(10)
}
