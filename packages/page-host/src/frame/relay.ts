/** Batches that the page may be behind with. */
const BATCHES = 4
/** What one batch carries at the most, beyond its last message. */
const MESSAGES = 200
const CHARACTERS = 65_536
/** Messages that are held back: a worker with more is given up. */
const HELD = 25_000

/**
 * Carries what a page and a worker say to each other. A worker may say more than a page can take without standing still,
 * and it cannot be made to wait: what the page has not come to stays here. The page acknowledges each batch with `null`.
 */
export function relay(worker: MessagePort, page: MessagePort): void {
  let free = BATCHES
  // Their data is read when it is sent on: reading it all at once would keep this thread from hearing its page.
  const held: MessageEvent[] = []
  const flush = (): void => {
    while (free > 0 && held.length > 0) {
      const batch: unknown[] = []
      for (let size = 0; batch.length < Math.min(MESSAGES, held.length) && size < CHARACTERS; ) {
        const { data } = held[batch.length] as MessageEvent
        size += sizeOf(data)
        batch.push(data)
      }
      held.splice(0, batch.length)
      free--
      page.postMessage(batch)
    }
  }
  worker.onmessage = worker.onmessageerror = (event) => {
    if (held.push(event) <= HELD) return flush()
    // The page takes it for what no worker says. All else that the worker has sent is dropped, which leaves this thread free.
    worker.close()
    held.length = 0
    page.postMessage([0])
  }
  page.onmessage = ({ data }) => {
    if (data !== null) return worker.postMessage(data)
    free++
    flush()
  }
}

/** What a guest's worker has to say are lists of plain values. Whatever else one sends, a page reads no two of in one go. */
function sizeOf(message: unknown): number {
  if (!Array.isArray(message) || message.length > MESSAGES) return CHARACTERS
  let size = 0
  for (const part of message) size += typeof part === 'string' ? part.length : typeof part === 'object' ? CHARACTERS : 1
  return size
}
