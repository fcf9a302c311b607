import type { ExecutorStats } from '../spec.js'
import type { Ending, RunEvents, RunSpec } from './run-spec.js'

/** Why the lifecycle gives up on a run that goes on. */
export type CancelReason = 'abort' | 'timeout' | 'dispose' | 'lost'

/** What a run ends in that was given up for another reason than its time. */
export const CANCELLED = {
  abort: { code: 'BEDDEL_ABORTED', message: 'The run was aborted' },
  dispose: { code: 'BEDDEL_DISPOSED', message: 'Its session or executor was disposed of while the run went on' },
  lost: { code: 'BEDDEL_SESSION_LOST', message: 'An earlier call ended the session' },
} as const satisfies Record<Exclude<CancelReason, 'timeout'>, { code: string; message: string }>

/** How a run ends of which nothing has run, and nothing will. */
export function notStarted(code: string, message: string): Ending & { kind: 'fault' } {
  return { kind: 'fault', code, message, phase: 'queue', started: false, figures: {} }
}

export interface Job {
  spec: RunSpec
  executionId: string
  tenant: string | undefined
  /** `performance.now()` of the host at which the run must have ended. */
  deadline: number
  events: RunEvents
}

export interface JobHandle {
  reply(id: number, ok: boolean, text: string): void
  wake(): void
  /** `events.ended` is still called, once. */
  cancel(reason: CancelReason): void
}

/** A placement: it has the cells and runs jobs in them. The lifecycle is the same over all of them. */
export interface CellHost {
  submit(job: Job): JobHandle
  /** As `submit`, and `events.ended` has been called when it returns. */
  submitSync?(job: Job): void
  openSession(options: SessionPlace): SessionHost
  /** Keeps a program's source where it will be needed. */
  addProgram(key: string, source: string): void
  dropProgram(key: string): void
  ready(): Promise<void>
  stats(): Partial<ExecutorStats>
  dispose(): Promise<void>
}

export interface SessionPlace {
  id: string
  tenant: string | undefined
}

/** The place of one session: a cell that is kept. Calls in it run one after another, in the order of their submission. */
export interface SessionHost {
  submit(job: Job): JobHandle
  submitSync?(job: Job): void
  /**
   * Ends the cell. Calls that go on or wait in it end in `BEDDEL_DISPOSED`, or in `BEDDEL_SESSION_LOST` where an
   * earlier call took the cell with it.
   */
  close(reason: 'dispose' | 'lost'): void
}
