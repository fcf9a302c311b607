/** What became of a call on one engine. */
export interface Ending {
  engine: string
  /** Duration of the call in milliseconds; of a `settle`, since the host got the promise. */
  ms: number
  ok: boolean
  /** `number`, `Array(3)`, `Map(2)`; the error's class where the call threw. */
  type: string
  /** SHA-256, hex, of what the value looks like; absent where it cannot be told, and where nothing is compared. */
  hash?: string
  /** Of an error that has one. */
  code?: string
  /** Only where values are asked for. */
  message?: string
  /** Only where values are asked for, at most 2 000 characters. */
  value?: string
}

export type DifferenceKind = 'value' | 'error' | 'missing-global' | 'sync-only' | 'host-object' | 'host-call' | 'timing'

/** How two engines differed in one call. */
export interface RecordedDifference {
  kind: DifferenceKind
  /** `result.items[2]`, `sandbox.config.cache`, … */
  path?: string
  message: string
}

export type Mode = 'vm2' | 'shadow' | 'canary' | 'new'

/** One call into a guest. A line of a recording. */
export interface Recording {
  v: 1
  /** Milliseconds since the epoch, when the caller had its answer. */
  at: number
  /** The option `name`, or `(unnamed)`. */
  site: string
  /** The file in which the object was made, relative to the working directory. */
  file?: string
  tenant?: string
  /** `run`, `call` (a function that the guest gave), `settle` (a promise that it gave), `get` (`getGlobal`), `require`. */
  call: string
  mode: Mode
  /** What the caller got. */
  first: Ending
  /** What the other engine came to, where one ran. */
  second?: Ending
  /** Why no other engine ran, and will not run for this object any more. */
  skipped?: string
  /** None of them, and a `second`: equal. */
  differences: RecordedDifference[]
}

/** That a rule went back to the mode before. A line of a recording. */
export interface FallBackEvent {
  v: 1
  at: number
  event: 'fall-back'
  /** The call site whose runs passed the threshold. */
  site: string
  tenant?: string
  from: Mode
  to: Mode
  /** Which of the two rates it was. */
  cause: 'differences' | 'failures'
  rate: number
  threshold: number
  /** Runs on which the rate stands. */
  runs: number
}
