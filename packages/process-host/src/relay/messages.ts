import type { CancelReason, Ending, RunSpec } from '@beddel/core/engine'

/** From the caller's thread to the relay's. */
export type ToRelay =
  | { do: 'submit'; key: number; spec: RunSpec; leftMs: number; tenant: string | undefined; executionId: string; session?: string }
  | { do: 'reply'; key: number; call: number; ok: boolean; text: string }
  | { do: 'wake'; key: number }
  | { do: 'cancel'; key: number; reason: CancelReason }
  | { do: 'open'; session: string; tenant: string | undefined }
  | { do: 'close'; session: string; reason: 'dispose' | 'lost' }
  | { do: 'drop-program'; program: string }
  | { do: 'dispose' }

/** From the relay's thread to the caller's. A `call-sync` is answered on the port of the answers. */
export type FromRelay =
  | { is: 'started'; key: number }
  | { is: 'call'; key: number; call: number; name: string; args: string }
  | { is: 'call-sync'; key: number; name: string; args: string }
  | { is: 'log'; key: number; level: string; text: string; dropped: boolean }
  | { is: 'parked'; key: number; wakeMs: number | undefined }
  | { is: 'ended'; key: number; ending: Ending }
