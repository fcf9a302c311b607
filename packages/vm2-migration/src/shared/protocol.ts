import type { Packed } from './peer.js'

/** Names that the link has in the guest. Neither gives a guest anything that it does not have already. */
export const API = '__beddel_vm'
export const BRIDGE = '__beddel_host'

/** What the guest asks of its host, by the one host function of the link. Each is answered at once. */
export interface HostOps {
  call(id: number, self: Packed, args: Packed, construct: boolean): Packed
  settle(id: number, ok: boolean, value: Packed): void
  /** What the guest holds no longer. */
  release(ids: number[]): void
  differ(code: string, path: string): void
  console(level: string, args: Packed): void
  /** Starts a timer; the host calls `fire` with its number. */
  timer(id: number, ms: number, repeat: boolean): void
  clear(id: number): void
  /** The `code` of what the last failed call threw in the host; `null` where the guest is not to see it. */
  thrown(): { code?: unknown } | null
  /** Where a module is, and its source where the guest has not got it yet. */
  /** The source of a module of ours. */
  builtin(name: string): string
  require(from: string, id: string, known: readonly string[]): Loaded
  resolve(from: string, id: string): string
}

/** What a `require` comes to. `text` is absent for a module that the guest has. */
export type Loaded =
  | { is: 'file'; path: string; dir: string; text?: string; json?: boolean; strict?: boolean }
  | { is: 'builtin'; name: string }
  | { is: 'value'; name: string; value: Packed }

export interface VmConfig {
  codegen: boolean
  async: boolean
  bufferLimit?: number
}

export interface NodeConfig {
  console: 'inherit' | 'redirect' | 'off'
  argv?: string[]
  env?: Packed
  require: boolean
  versions: Record<string, string>
  platform: string
  arch: string
}
