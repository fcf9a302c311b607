import { type ExecutorOptions, type ExecutorProvider, type Probe, SPEC } from '@beddel/core'
import { canaryHolds } from '@beddel/core/engine'
import { browserCapabilities, ENGINE } from './capabilities.js'
import { BrowserExecutor } from './executor.js'

export const browserProvider: ExecutorProvider<ExecutorOptions> = {
  spec: SPEC,
  id: ENGINE,
  placements: ['in-process'],
  capabilities: browserCapabilities,
  probe,
  create: async (options) => new BrowserExecutor(options),
}

const NO_PAGE = 'Use it in a web page; elsewhere another engine serves'
const POLICY =
  "Where the page has a Content-Security-Policy, its script-src must let pass 'unsafe-eval' and FRAME_SCRIPT_HASH, and its worker-src blob:; require-trusted-types-for must not be in it"

/** Runs the canary in a worker of a frame. */
async function probe(): Promise<Probe> {
  const startedAt = performance.now()
  const inPage = typeof document !== 'undefined'
  const said = (reason?: string): Probe => ({
    engine: ENGINE,
    usable: reason === undefined,
    ...(reason !== undefined && { reason, fix: inPage ? POLICY : NO_PAGE }),
    durationMs: performance.now() - startedAt,
  })
  if (!inPage) return said('there is no document here')
  const executor = new BrowserExecutor()
  try {
    return said(await canaryHolds(executor))
  } catch (error) {
    return said(error instanceof Error ? error.message : String(error))
  } finally {
    await executor.dispose()
  }
}
