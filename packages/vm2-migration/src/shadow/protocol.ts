import type { Ending, RecordedDifference } from '../recording.js'

/** Where a function or promise of the guest is: a root (`r` and a call's number, …), and keys from there. */
export type Ref = readonly string[]

/** What a host function was asked and what it answered, told to the shadow. Texts are portraits. */
export interface HostCall {
  n: number
  /** The call of the guest during which it happened; 0 for promise jobs and timers. */
  during: number
  fn: string
  path: string
  args: string
  ok: boolean
  value: string
}

/** A call into the guest. */
export type Act =
  | {
      is: 'run'
      code: string
      script?: { filename: string; lineOffset: number; columnOffset: number; compiler: string }
      options?: RunExtras
    }
  | { is: 'call'; fn: Ref; self?: Ref; args: string; construct: boolean }
  | { is: 'get'; name: string }
  | { is: 'require'; module: string }

export interface RunExtras {
  filename?: string
  wrapper?: 'commonjs' | 'none'
  strict?: boolean
}

/** How a call ended on the first engine. */
export interface First {
  ok: boolean
  /** The portrait of the value, or of what was thrown. */
  text: string
  code?: string
  ms: number
  /** What a host function's number was when it ended. */
  calls: number
}

export type Step =
  | { is: 'set'; name: string; value: string; view?: 'r' | 'w' }
  | { is: 'act'; seq: number; act: Act; first: First; calls: HostCall[]; timeout?: number | undefined }
  | { is: 'calls'; calls: HostCall[] }
  | { is: 'host-settled'; name: string; ok: boolean; value: string }
  | { is: 'guest-settled'; seq: number; ref: Ref; first: First }

/** How the other VM is made. */
export interface Opening {
  kind: 'VM' | 'NodeVM'
  engine: string
  /** A portrait of the options; functions in it are host functions. */
  options: string
  /** Whether values may be told. */
  values: boolean
}

export type ToWorker =
  | { is: 'open'; vm: number; opening: Opening }
  | { is: 'steps'; vm: number; steps: Step[]; bytes: number }
  | { is: 'close'; vm: number }
  | { is: 'sync'; id: number }

/** What the other engine came to in one call. */
export interface Row {
  seq: number
  first: Pick<Ending, 'type' | 'hash' | 'message' | 'value'>
  second?: Ending
  skipped?: string
  differences: RecordedDifference[]
}

export type FromWorker =
  | { is: 'row'; vm: number; row: Row }
  /** The shadow is over, and why. Rows that were waited for do not come. */
  | { is: 'over'; vm: number; why: string }
  | { is: 'read'; vm: number; bytes: number }
  | { is: 'synced'; id: number }
