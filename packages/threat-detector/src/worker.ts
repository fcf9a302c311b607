import { type MessagePort, workerData } from 'node:worker_threads'
import { analyzeGuest } from './analyze-guest.js'
import type { FromThread, ToThread } from './thread/messages.js'

const { port, flag } = workerData as {
  port: MessagePort
  /** Grows with each message, for a caller that waits with its thread. */
  flag: Int32Array
}

port.on('message', ({ id, source, language, options }: ToThread) => {
  analyzeGuest(source, language, options).then(
    (analysis) => tell({ id, analysis }),
    (error: unknown) => tell({ id, failed: error instanceof Error ? error.message : String(error) }),
  )
})

function tell(message: FromThread): void {
  port.postMessage(message)
  Atomics.add(flag, 0, 1)
  Atomics.notify(flag, 0)
}
