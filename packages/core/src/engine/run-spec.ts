import type { Freshness, Language, SourceForm } from '../spec.js'

/** A run as data: what crosses to where the cells live. Numbers and strings only. */
export interface RunSpec {
  /** `check` only compiles; `call` calls a global function of a session. */
  mode: 'run' | 'check' | 'call'
  source: string
  /** A program's key: its source is already there under that key. */
  program?: string
  form: SourceForm
  language: Language
  filename: string
  /** Encoded `input`; '' is none. */
  input: string
  /** Encoded object of globals; '' is none. */
  globals: string
  functions: [name: string, kind: 'a' | 's'][]
  freshness: Freshness
  /** Set for the calls of a session. */
  session?: string
  /** A session's run: the guest's function that its value is given to first. */
  through?: string
  /** What is left of the time, in milliseconds, when the spec is handed over. */
  timeoutMs: number
  memoryBytes: number
  resultBytes: number
  logBytes: number
  hostCalls: number
  operations?: number
  web: boolean
  codegen: boolean
  wasm: boolean
  /** `call`: the function's dotted name and its encoded arguments. */
  name?: string
  args?: string
}

/** Milliseconds for the wire: what lies below the microsecond takes longer to write and to read than it tells. */
export const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000

export interface RunFigures {
  memoryBytes?: number
  cpuMs?: number
  guestMs?: number
  operations?: number
}

/** How a run ended, as data. */
export type Ending =
  | { kind: 'value'; text: string; figures: RunFigures; notes?: string[] }
  /** `error` is the JSON of a `Thrown`; `syntax` says that nothing ran. */
  | { kind: 'thrown'; error: string; syntax?: boolean; figures: RunFigures; notes?: string[] }
  | {
      kind: 'fault'
      code: string
      message: string
      phase?: string
      /** Whether guest code may have run; absent is yes. */
      started?: boolean
      details?: Record<string, unknown>
      figures: RunFigures
      notes?: string[]
    }

/** What a run asks of its host while it goes on. */
export interface RunEvents {
  /** Called before any guest code of this run. */
  started(): void
  /** `false` where no guest runtime of ours would have asked that: the sender is not to be believed any more. */
  call(id: number, name: string, args: string): boolean
  /** Answers '1' + encoded value or '0' + encoded error; '' as `false` above. */
  callSync(name: string, args: string): string
  /** `false` as above. */
  log(level: string, text: string, dropped: boolean): boolean
  /**
   * An entry into the guest (its start, a reply, a wake) is over, and the run is not: once for each of them. `wakeMs`:
   * its next timer is due then. `false` as above.
   */
  parked(wakeMs: number | undefined): boolean
  ended(ending: Ending): void
}

/** A run that goes on. */
export interface RunHandle {
  reply(id: number, ok: boolean, text: string): void
  /** The time that `parked` asked for is up. */
  wake(): void
  /** The caller has given the run up: end it as soon as possible. `ended` is still called, once. */
  cancel(reason?: 'abort' | 'dispose' | 'lost'): void
}
