/** The runtime at hand. Reading it does no I/O. */
export interface Environment {
  runtime: 'node' | 'bun' | 'deno' | 'browser' | 'web-worker' | 'unknown'
  isNode: boolean
  isBrowser: boolean
  isWebWorker: boolean
  /** Without the leading `v`; absent outside Node. */
  nodeVersion: string | undefined
  /** `process.versions.modules` of Node: what native add-ons are built for. */
  abi: string | undefined
  platform: string
  arch: string | undefined
}

interface GlobalLike {
  process?: { versions?: Record<string, string | undefined>; platform?: string; arch?: string }
  Bun?: unknown
  Deno?: { build?: { os?: string; arch?: string } }
  document?: unknown
  WorkerGlobalScope?: unknown
  navigator?: { platform?: string }
}

/** Never throws. */
export function detectEnvironment(global: object = globalThis): Environment {
  const { process, Bun, Deno, document, WorkerGlobalScope, navigator } = global as GlobalLike
  const nodeVersion = process?.versions?.node
  const runtime: Environment['runtime'] =
    Bun !== undefined
      ? 'bun'
      : Deno !== undefined
        ? 'deno'
        : nodeVersion !== undefined
          ? 'node'
          : document !== undefined
            ? 'browser'
            : WorkerGlobalScope !== undefined
              ? 'web-worker'
              : 'unknown'
  return {
    runtime,
    isNode: runtime === 'node',
    isBrowser: runtime === 'browser',
    isWebWorker: runtime === 'web-worker',
    nodeVersion: runtime === 'node' ? nodeVersion : undefined,
    abi: runtime === 'node' ? process?.versions?.modules : undefined,
    platform: process?.platform ?? Deno?.build?.os ?? navigator?.platform ?? 'unknown',
    arch: process?.arch ?? Deno?.build?.arch,
  }
}
