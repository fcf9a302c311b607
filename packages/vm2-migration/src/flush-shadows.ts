import { flushRecordings } from './recordings.js'
import { shadowThread } from './shadow/thread.js'

/**
 * Resolves when the shadows have answered what their VMs were asked so far and the recordings are on disk: `true`, or `false` where the shadows
 * needed more than `timeoutMs` (default 30 000). A process that does not wait ends without them.
 */
export async function flushShadows({ timeoutMs = 30_000 }: { timeoutMs?: number } = {}): Promise<boolean> {
  const settled = await shadowThread.settle(timeoutMs)
  await flushRecordings()
  return settled
}
