/** What a page is sent before it must have acknowledged, beyond the last message. */
const MESSAGES = 200
const CHARACTERS = 16_384
/** Messages that are held back: a worker with more is given up. */
const HELD = 50_000

/**
 * Carries what a page and a worker say to each other. A worker may say more than a page can take without standing still,
 * and it cannot be made to wait: what the page has not come to stays here. Each message goes as `[message, last]`; the page
 * acknowledges the last one of a group with `null`, and gets the next group then.
 */
export function relay(worker: MessagePort, page: MessagePort): void {
  let free = true
  // Their data is read when it is sent on: reading it all at once would keep this thread from hearing its page.
  const held: MessageEvent[] = []
  const flush = (): void => {
    if (!free || held.length === 0) return
    free = false
    let sent = 0
    for (let size = 0, last = false; !last; ) {
      const { data } = held[sent++] as MessageEvent
      size += sizeOf(data)
      last = size >= CHARACTERS || sent === Math.min(MESSAGES, held.length)
      page.postMessage([data, last])
    }
    held.splice(0, sent)
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
    free = true
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
