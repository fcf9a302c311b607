import { type KitEnvironment, noWaiting, type Scene } from '@beddel/conformance/kit'

declare const openTrap: (name: string) => Promise<number>
declare const closeTrap: (name: string) => Promise<void>

const word = (prefix: string): string => `${prefix}${crypto.randomUUID().replaceAll('-', '')}`
const traps = new Map<string, () => void>()
Object.assign(globalThis, { trapSprung: (name: string) => traps.get(name)?.() })

/** A page: its storage and cookies to be reached, and a server on loopback that the test's own process has. */
export const pageEnvironment: KitEnvironment = {
  makeScene,
  isWritten: ({ bait }) => localStorage.getItem(bait.write) !== null || document.cookie.includes(bait.write),
  // A page is not told when it waited for a processor.
  waiting: noWaiting,
  watched: () => [
    { name: 'Document.prototype', object: Document.prototype },
    { name: 'Element.prototype', object: Element.prototype },
    { name: 'EventTarget.prototype', object: EventTarget.prototype },
    { name: 'MessagePort.prototype', object: MessagePort.prototype },
    { name: 'navigator', object: navigator },
  ],
  listen: async (onRequest) => {
    const name = word('trap')
    traps.set(name, onRequest)
    return { port: await openTrap(name), close: () => void closeTrap(name) }
  },
}

function makeScene(): Scene {
  const bait = { read: word('r'), write: word('w'), env: word('BEDDEL_CANARY_'), marker: word('marker-') }
  const secrets = { file: word('file-'), env: word('env-'), host: word('host-') }
  localStorage.setItem(bait.read, secrets.file)
  document.cookie = `${bait.env}=${secrets.env}`
  return {
    bait,
    secrets,
    hostPaths: /https?:\/\/127\.0\.0\.1|blob:|\/kit\.js|chunk-/,
    clear: () => {
      localStorage.removeItem(bait.read)
      localStorage.removeItem(bait.write)
      document.cookie = `${bait.env}=; max-age=0`
    },
  }
}
