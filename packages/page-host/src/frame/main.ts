/**
 * All that runs in the sandboxed frame: it makes workers on order, ends them, and carries what the page and they say to
 * each other. It looks at no message but the first one from its own page, and after that at its private ports.
 */
import type { FromFrame, ToFrame } from '../orders.js'
import { relay } from './relay.js'

const { nonce } = document.documentElement.dataset
const scripts = new Map<string, Blob>()
const workers = new Map<number, () => void>()

addEventListener('message', function begin({ source, ports }: MessageEvent) {
  const page = ports[0]
  if (source !== parent || page === undefined) return
  removeEventListener('message', begin)
  const say = (words: FromFrame): void => page.postMessage(words)
  page.onmessage = ({ data, ports: [port] }: MessageEvent<ToFrame>) => {
    if (data[0] === 'script') scripts.set(data[1], new Blob([data[2]], { type: 'text/javascript' }))
    else if (data[0] === 'make') make(data[1], data[2], port as MessagePort, say)
    else {
      workers.get(data[1])?.()
      workers.delete(data[1])
      say(['ended', data[1]])
    }
  }
  say(['hello', nonce as string])
})

function make(id: number, script: string, page: MessagePort, say: (words: FromFrame) => void): void {
  // Revoked at once: no worker can load what another one was made from.
  const url = URL.createObjectURL(scripts.get(script) as Blob)
  try {
    const worker = new Worker(url)
    const { port1, port2 } = new MessageChannel()
    relay(port1, page)
    workers.set(id, () => {
      worker.terminate()
      // What it has sent and nobody has read yet is dropped.
      port1.close()
    })
    const failed = (event: ErrorEvent): void => {
      event.preventDefault()
      say(['failed', id, event.message])
    }
    worker.addEventListener('error', failed, { once: true })
    worker.postMessage(0, [port2])
  } catch (error) {
    // Trusted Types, which the page asks for, have no worker made of a text.
    say(['failed', id, String(error)])
  }
  URL.revokeObjectURL(url)
}
