import type { CancelReason, Ending, RunSpec } from '@beddel/core/engine'

/** What a page says to a worker in which an engine has its cells, after the engine's own first message. */
export type ToCells =
  | ['tools', text: string]
  | ['run', id: number, spec: RunSpec]
  | ['reply', id: number, call: number, ok: boolean, text: string]
  | ['wake', id: number]
  | ['cancel', id: number, reason: CancelReason]

/** What the worker says. The rest of an ending travels as text, since it is checked as a child process's is. */
export type FromCells =
  | ['ready']
  | ['started', id: number]
  | ['call', id: number, call: number, name: string, args: string]
  | ['log', id: number, level: string, text: string, dropped: boolean]
  | ['parked', id: number, wakeMs: number | undefined]
  | ['ended', id: number, head: string, text: string]

/** An ending as the two texts that {@link FromCells} carries. */
export function textsOf(ending: Ending): [head: string, text: string] {
  const text = ending.kind === 'value' ? ending.text : ''
  return [JSON.stringify(ending.kind === 'value' ? { ...ending, text: undefined } : ending), text]
}
