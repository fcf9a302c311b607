import { CANCELLED, type CancelReason, type Ending } from '@beddel/core/engine'

/** Why the host itself killed a child. */
export type KillReason = 'timeout' | 'abort' | 'protocol' | 'shutdown' | 'idle' | 'tenant'

export interface Death {
  /** The host's own reason, where it was the host. */
  killed: KillReason | undefined
  signal: string | null
  exitCode: number | null
  /** The end of what the child's process wrote to stderr. Text of a guest's may be in it. */
  stderr: string
  /** What stands in it where the child's watchdog killed it for memory, followed by the number of the run that took it. */
  mark: string
}

/** A mark that no guest can know. */
export const makeMark = (): string => `beddel-watchdog-${crypto.randomUUID()}: memory`

export interface DeathVerdict {
  code: string
  message: string
}

/** What V8 prints before it ends its process for want of memory. */
const V8_OUT_OF_MEMORY =
  /is_heap_oom = 1|Fatal JavaScript (out of memory|invalid (size|array length|string length) error)|FATAL ERROR: .*(out of memory|Allocation failed|invalid (table|array) (size|length))/i

/** The number of the run for which the watchdog killed the child, where it was the watchdog. */
export function outgrownBy({ stderr, mark }: Death): number | undefined {
  const at = stderr.indexOf(mark)
  return at < 0 ? undefined : Number.parseInt(stderr.slice(at + mark.length), 10)
}

/** Whether memory that this run took ended the child, as its watchdog or V8 said. `first`: it was the one that executed. */
export function tookTheMemory(death: Death, run: number, first: boolean): boolean {
  if (death.killed !== undefined) return false
  const outgrown = outgrownBy(death)
  return outgrown === undefined ? first && death.signal !== null && V8_OUT_OF_MEMORY.test(death.stderr) : outgrown === run
}

export const BROKEN_WIRE: DeathVerdict = { code: 'BEDDEL_PROTOCOL', message: 'The process broke the wire protocol and was killed' }
const OTHERS_FAULT: DeathVerdict = {
  code: 'BEDDEL_ENGINE_CRASHED',
  message: 'Another run in its process was ended, and the process with it',
}

/**
 * What a run ended in when its child died. `cancelled` is why it was given up itself. `bystander`: it was parked while
 * another run executed there.
 */
export function verdict(death: Death, pastDeadline: boolean, cancelled?: CancelReason, bystander = false): DeathVerdict {
  switch (cancelled ?? death.killed) {
    case 'timeout':
      if (cancelled === undefined) return OTHERS_FAULT
      return { code: 'BEDDEL_TIMEOUT', message: 'The run did not finish within its time and its process was killed' }
    case 'abort':
      if (cancelled === undefined) return OTHERS_FAULT
      return { code: 'BEDDEL_ABORTED', message: 'The run was aborted and its process was killed' }
    case 'protocol':
      return BROKEN_WIRE
    case 'lost':
      return CANCELLED.lost
    case 'dispose':
    case 'shutdown':
    case 'idle':
    case 'tenant':
      return { code: 'BEDDEL_DISPOSED', message: 'Its session or executor was disposed of while the run went on' }
    case undefined:
      break
  }
  if (bystander) return OTHERS_FAULT
  if (death.stderr.includes(death.mark)) {
    return { code: 'BEDDEL_MEMORY_LIMIT', message: 'The run took more resident memory than its limit allows and its process was killed' }
  }
  if (death.signal !== null && V8_OUT_OF_MEMORY.test(death.stderr)) {
    return { code: 'BEDDEL_MEMORY_LIMIT', message: 'The engine ran out of memory and ended its process' }
  }
  if (pastDeadline) return { code: 'BEDDEL_TIMEOUT', message: 'The run did not finish within its time' }
  const how = death.signal === null ? `exit code ${death.exitCode}` : death.signal
  return { code: 'BEDDEL_ENGINE_CRASHED', message: `The process of the run ended with ${how}` }
}

/** What is known of a run whose process has died. */
export interface LostRun {
  /** `performance.now()` at which it had to be over. */
  deadline: number
  cancelled: CancelReason | undefined
  /** It was parked while another run executed there. */
  bystander: boolean
  /** Whether guest code may have run. */
  started: boolean
  /** It was a call of a session, which is gone with the process. */
  session: boolean
  memoryBytes: number
}

export function endingAfter(death: Death, { deadline, cancelled, bystander, started, session, memoryBytes }: LostRun): Ending {
  const { code, message } = verdict(death, performance.now() >= deadline, cancelled, bystander)
  const crashed = code === 'BEDDEL_ENGINE_CRASHED'
  const { signal, exitCode, stderr } = death
  return {
    kind: 'fault',
    code: crashed && session ? 'BEDDEL_SESSION_LOST' : code,
    message: code === 'BEDDEL_MEMORY_LIMIT' ? `${message} (limits.memoryBytes: ${memoryBytes})` : message,
    phase: started ? 'run' : 'queue',
    started,
    figures: {},
    ...(crashed && { details: { signal, exitCode, stderr: stderr.slice(-1_000) } }),
  }
}
