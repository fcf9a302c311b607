import type { Executor, Outcome } from '@beddel/core'
import { QuickJsExecutor, type QuickJsOptions } from '../dist/index.js'

export const PLACEMENTS = ['process', 'in-process'] as const

const made: Executor[] = []

/** An executor that {@link disposeAll} ends. */
export function executorIn(placement: (typeof PLACEMENTS)[number], options: QuickJsOptions = {}): QuickJsExecutor {
  const executor = new QuickJsExecutor({ placement, ...(placement === 'in-process' && { acceptHostRisk: true }), ...options })
  made.push(executor)
  return executor
}

export async function disposeAll(): Promise<void> {
  await Promise.all(made.splice(0).map((executor) => executor.dispose()))
}

/** What an outcome is told apart by. */
export function ending({ success, error, result }: Outcome): unknown {
  return success ? result : error.code
}
