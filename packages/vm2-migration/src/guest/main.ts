/**
 * The guest's end of the link: evaluated once in each VM before any guest code. It is no boundary. A guest can break it,
 * and gets nothing by that: the host believes nothing that comes from here, and the engine keeps the guest.
 */
import { Peer, type Packed } from '../shared/peer.js'
import { define } from '../shared/shapes.js'
import { API, BRIDGE, type HostOps, type VmConfig } from '../shared/protocol.js'
import { Watch } from '../shared/watch.js'
import { installBuffer } from './buffer.js'
import { lockCodegen, forbidAsync } from './locks.js'
import { nodeApi } from './node.js'
import { viewOf } from './views.js'

const G = globalThis as unknown as Record<string, unknown>
const bridge = G[BRIDGE] as (op: string, ...args: unknown[]) => unknown
delete G[BRIDGE]

const host = new Proxy({} as HostOps, {
  get:
    (_, op) =>
    (...args: unknown[]) => {
      try {
        return bridge(op as string, ...args)
      } catch (error) {
        if (op !== 'thrown') takeItsCode(error)
        throw error
      }
    },
})

/** The bridge gives every error of the host a code of its own. Here it is what it was, as in vm2. */
function takeItsCode(error: unknown): void {
  const thrown = host.thrown()
  if (thrown === null || typeof error !== 'object' || error === null) return
  if (Object.hasOwn(thrown, 'code')) define(error, 'code', thrown.code)
  else Reflect.deleteProperty(error, 'code')
}

const readOnly = viewOf('r')
const guarded = viewOf('w')
const watch = new Watch()

/** Promises of the guest that the host knows, and those that ended before it did. */
const known = new Set<number>()
const ended = new Map<number, [id: number, ok: boolean, value: Packed]>()

const peer = new Peer({
  call: (id, self, args, construct) => host.call(id, self, args, construct),
  settle: (id, ok, value) => {
    // The host reads a value when the guest has left: until then it does not know the promises in it.
    if (known.delete(id)) host.settle(id, ok, value)
    else ended.set(id, [id, ok, value])
  },
  own: (name) => G[name],
  view: (value, kind) => (kind === 'r' ? readOnly(value) : guarded(value)),
  copied: (path) => differ('guest-object-copied', path),
})

const told = new Set<string>()
function differ(code: string, path: string): void {
  const key = `${code} ${path}`
  if (told.has(key) || told.size >= 100) return
  told.add(key)
  host.differ(code, path)
}

/** At the end of an entry: what is in it has been unpacked. */
function sweep(): void {
  const gone = peer.sweep()
  if (gone.length > 0) host.release(gone)
}

const changed = (path: string): void => differ('host-object-changed-by-guest', path)

/** What the guest may not define anew, since the host's own calls go by it. */
const api = Object.assign(Object.create(null) as object, {
  begin(config: VmConfig): void {
    if (!config.codegen) lockCodegen()
    if (!config.async) forbidAsync()
    installBuffer(host, config.bufferLimit)
  },
  /** The value of a run, as it crosses. */
  out(value: unknown): Packed {
    const packed = peer.pack(value, 'result')
    watch.check(changed)
    sweep()
    return packed
  },
  call(id: number, self: Packed, args: Packed, construct: boolean): Packed {
    const during = new Watch()
    const given = peer.unpack(args) as unknown[]
    for (let i = 0; i < given.length; i++) during.add(`arguments[${i}]`, given[i])
    const result = peer.called(id, self, [given], construct)
    during.check(changed)
    watch.check(changed)
    sweep()
    return result
  },
  settle: (id: number, ok: boolean, value: Packed): void => peer.settled(id, ok, value),
  /** The host knows these promises now; what they have come to already is the answer. */
  known(ids: number[]): [id: number, ok: boolean, value: Packed][] {
    const answers: [id: number, ok: boolean, value: Packed][] = []
    for (const id of ids) {
      const answer = ended.get(id)
      if (answer === undefined) known.add(id)
      else answers.push(answer)
      ended.delete(id)
    }
    return answers
  },
  release: (ids: number[]): void => peer.release(ids),
  set(packed: Packed): void {
    const values = peer.unpack(packed) as Record<string, unknown>
    for (const name of Object.keys(values)) {
      const value = values[name]
      // As an assignment does: a setter of the guest is called, and what it throws goes to the host.
      if (name === '__proto__') define(G, name, value)
      else G[name] = value
      watch.drop(name)
      if (!watch.add(name, value)) differ('host-object-not-watched', name)
    }
  },
  get: (name: string): Packed => peer.pack(G[name], name),
  has: (name: string): boolean => name in G,
  keys: (): string[] => Object.keys(G),
  drop: (name: string): boolean => Reflect.deleteProperty(G, name),
  ...nodeApi(peer, host),
})
Object.defineProperty(G, API, { value: Object.freeze(api), enumerable: false, writable: false, configurable: false })
