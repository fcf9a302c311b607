import { type Capabilities, type Executor, type ExecutorOptions, SandboxError } from '@beddel/core'
import { syncHostFunction } from '@beddel/core/engine'

interface NeedRule {
  declared(capabilities: Capabilities): boolean
  /** Asks for it. Where it is not declared this must throw `BEDDEL_OPTION_UNSUPPORTED`. */
  ask(executor: Executor, create: (options: ExecutorOptions) => Promise<Executor>): Promise<unknown>
}

/** What a case needs an engine to have, and how it is asked for. */
export const NEEDS = {
  memory: {
    declared: (c) => c.limits.heap.enforced !== 'none',
    ask: (executor) => executor.run('1', { limits: { memoryBytes: 32 * 1024 * 1024 } }),
  },
  operations: {
    declared: (c) => c.limits.operations.enforced !== 'none',
    ask: (executor) => executor.run('1', { limits: { operations: 1_000 } }),
  },
  hostCalls: { declared: (c) => c.hostCalls !== 'none', ask: (executor) => executor.run('1', { hostFunctions: { f: () => 1 } }) },
  syncCalls: {
    declared: (c) => c.hostCalls === 'sync+async',
    ask: (executor) => executor.run('1', { hostFunctions: { f: syncHostFunction(() => 1) } }),
  },
  modules: { declared: (c) => c.modules, ask: (executor) => executor.run('export default 1', { form: 'module' }) },
  typescript: { declared: (c) => c.typescript, ask: (executor) => executor.run('1', { language: 'ts' }) },
  context: { declared: (c) => c.freshness.includes('context'), ask: (executor) => executor.run('1', { freshness: 'context' }) },
  wasm: { declared: (c) => c.wasm, ask: (_executor, create) => create({ wasm: true }) },
  codegen: { declared: (c) => c.codegen, ask: (_executor, create) => create({ codegen: true }) },
  session: {
    declared: (c) => c.session,
    ask: async (executor) => (executor.session === undefined ? refuse('session') : executor.session()),
  },
  compile: {
    declared: (c) => c.compile,
    ask: async (executor) => (executor.compile === undefined ? refuse('compile') : executor.compile('1')),
  },
} as const satisfies Record<string, NeedRule>

export type Need = keyof typeof NEEDS
export const ALL_NEEDS = Object.keys(NEEDS) as Need[]

/** A method that is not there cannot be called by mistake: as good as a refusal. */
function refuse(what: string): never {
  throw new SandboxError('BEDDEL_OPTION_UNSUPPORTED', `there is no ${what}`, { phase: 'configure' })
}

/** The first of these that is not declared. */
export const undeclared = (needs: readonly Need[] | undefined, capabilities: Capabilities): Need | undefined =>
  needs?.find((need) => !NEEDS[need].declared(capabilities))

/** Asks for what is not declared; a sentence where it is not refused as it must be. */
export async function wronglyGranted(
  need: Need,
  executor: Executor,
  create: (options: ExecutorOptions) => Promise<Executor>,
): Promise<string | undefined> {
  try {
    await NEEDS[need].ask(executor, create)
  } catch (error) {
    if (SandboxError.isInstance(error) && error.code === 'BEDDEL_OPTION_UNSUPPORTED') return undefined
    return `${need} is not declared, and asking for it threw ${String(error)} instead of BEDDEL_OPTION_UNSUPPORTED`
  }
  return `${need} is not declared, and asking for it was not refused`
}

/** Whether a source is about a global that the engine declares not to have: the guest must fail there, then. */
export const lacks = (source: string | undefined, { missingGlobals = [] }: Capabilities): boolean =>
  source !== undefined && missingGlobals.some((name) => new RegExp(`\\b${name}\\b`).test(source))
