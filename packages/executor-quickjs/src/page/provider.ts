import { type ExecutorProvider, type Probe, SPEC } from '@beddel/core'
import { canaryHolds } from '@beddel/core/engine'
import { ENGINE } from '../capabilities.js'
import { VERSION } from '../generated/version.js'
import type { QuickJsOptions } from '../options.js'
import { pageCapabilities } from './capabilities.js'
import { QuickJsExecutor } from './executor.js'

export const quickJsProvider: ExecutorProvider<QuickJsOptions> = {
  spec: SPEC,
  id: ENGINE,
  placements: ['in-process'],
  capabilities: pageCapabilities,
  probe,
  create: async (options) => new QuickJsExecutor(options),
}

const NO_PAGE = 'Use it in a web page; elsewhere another engine serves'
const POLICY =
  "Where the page has a Content-Security-Policy, its script-src must let pass 'unsafe-eval' and the frame's script, and its worker-src blob:; require-trusted-types-for must not be in it"

/** Runs the canary in a worker of a frame. */
async function probe(): Promise<Probe> {
  const startedAt = performance.now()
  const inPage = typeof document !== 'undefined'
  const said = (reason?: string): Probe => ({
    engine: ENGINE,
    usable: reason === undefined,
    version: VERSION,
    ...(reason !== undefined && { reason, fix: inPage ? POLICY : NO_PAGE }),
    durationMs: performance.now() - startedAt,
  })
  if (!inPage) return said('there is no document here')
  let executor: QuickJsExecutor | undefined
  try {
    executor = new QuickJsExecutor()
    return said(await canaryHolds(executor))
  } catch (error) {
    return said(error instanceof Error ? error.message : String(error))
  } finally {
    await executor?.dispose()
  }
}
