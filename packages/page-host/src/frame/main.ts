/**
 * All that runs in the sandboxed frame: it makes workers on order and ends them. It looks at no message but the first
 * one from its own page, and after that at one private port. What the page and a worker say to each other does not
 * pass through here.
 */
import type { FromFrame, ToFrame } from '../orders.js'

const { nonce } = document.documentElement.dataset
const scripts = new Map<string, Blob>()
const workers = new Map<number, Worker>()

addEventListener('message', function begin({ source, ports }: MessageEvent) {
  const page = ports[0]
  if (source !== parent || page === undefined) return
  removeEventListener('message', begin)
  const say = (words: FromFrame): void => page.postMessage(words)
  page.onmessage = ({ data, ports: [port] }: MessageEvent<ToFrame>) => {
    if (data[0] === 'script') scripts.set(data[1], new Blob([data[2]], { type: 'text/javascript' }))
    else if (data[0] === 'make') make(data[1], data[2], port as MessagePort, say)
    else {
      workers.get(data[1])?.terminate()
      workers.delete(data[1])
      say(['ended', data[1]])
    }
  }
  say(['hello', nonce as string])
})

function make(id: number, script: string, port: MessagePort, say: (words: FromFrame) => void): void {
  // Revoked at once: no worker can load what another one was made from.
  const url = URL.createObjectURL(scripts.get(script) as Blob)
  const worker = new Worker(url)
  URL.revokeObjectURL(url)
  workers.set(id, worker)
  const failed = (event: ErrorEvent): void => {
    event.preventDefault()
    say(['failed', id, event.message])
  }
  worker.addEventListener('error', failed, { once: true })
  worker.postMessage(0, [port])
}
