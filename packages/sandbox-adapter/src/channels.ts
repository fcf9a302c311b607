import type { EngineId, Outcome, Placement, SelectionReport } from '@beddel/core'
import { builtin } from './host.js'

type Channel = import('node:diagnostics_channel').Channel

/** What `beddel:run:start` and `beddel:run:end` carry: the same object both times, so that the two can be told together. */
export interface RunEvent {
  engine: EngineId
  /** `run`: `run` and `runSync`; `program`: a compiled program's; `session`: a session's `run` and `call`. */
  kind: 'run' | 'program' | 'session'
  tenant: string | undefined
  /** At the end only; it holds the result and the logs. */
  outcome?: Outcome
  /** At the end only, where the call threw for a mistake of the host. */
  error?: unknown
}

/** What `beddel:engine:selected` carries. */
export interface EngineSelectedEvent {
  engine: EngineId
  placement: Placement
  report: SelectionReport
  /** How long the selection took, in milliseconds. */
  durationMs: number
}

/** Channels of `node:diagnostics_channel`, made at the first use. `undefined` where there is no Node. */
let channels: { start: Channel; end: Channel; selected: Channel } | null | undefined

function open(): typeof channels {
  if (channels !== undefined) return channels
  const diagnostics = builtin('node:diagnostics_channel')
  if (diagnostics === undefined) return (channels = null)
  const { channel } = diagnostics
  return (channels = { start: channel('beddel:run:start'), end: channel('beddel:run:end'), selected: channel('beddel:engine:selected') })
}

/** Whether anybody listens to runs. */
export function runsAreListenedTo(): boolean {
  const opened = open()
  return opened != null && (opened.start.hasSubscribers || opened.end.hasSubscribers)
}

export function publishStart(event: RunEvent): void {
  open()?.start.publish(event)
}

export function publishEnd(event: RunEvent): void {
  open()?.end.publish(event)
}

export function publishSelected(event: EngineSelectedEvent): void {
  open()?.selected.publish(event)
}
