/** Calls a function in the async context that was captured. */
export type InContext = <T>(fn: () => T) => T

interface AsyncHooks {
  AsyncLocalStorage?: { snapshot?(): <T>(fn: () => T) => T }
}
let hooks: AsyncHooks | null | undefined

/** Where nobody looks at the context. */
export const plainly: InContext = (fn) => fn()

/**
 * The caller's async context (`AsyncLocalStorage`): what a host function sees there must be what its own run's caller
 * had, not what the process that carries the run was started under.
 */
export function captureContext(): InContext {
  if (hooks === undefined) {
    const { process } = globalThis as { process?: { getBuiltinModule?(id: string): AsyncHooks | undefined } }
    hooks = process?.getBuiltinModule?.('node:async_hooks') ?? null
  }
  return hooks?.AsyncLocalStorage?.snapshot?.() ?? plainly
}
