/**
 * What a run and its host say to each other while it goes on: arrays of strings and numbers, each sent as one JSON
 * string. The first element is the message's name.
 */
export type ToCell = ['reply', call: number, ok: number, text: string] | ['wake'] | ['cancel', reason: string] | ['close', session: string]

export type FromCell =
  /** Sent before any guest code of the run. */
  | ['started']
  | ['call', id: number, name: string, args: string]
  /** Answered on the port of the answers; threads only. */
  | ['call-sync', name: string, args: string]
  | ['log', level: string, text: string, dropped: number]
  /** The run awaits a reply or a wake: its next timer is due in so many milliseconds, or there is none where it is -1. */
  | ['parked', wakeMs: number]
  /** A part of the ending's text, before the ending: a long message is read by the host in one go. */
  | ['part', text: string]
  /** The ending as JSON without its text; `text` is the rest of that. `reusable` is 0 where the guest had to be stopped. */
  | ['ended', ending: string, text: string, reusable: number]

const SHAPES: Record<FromCell[0], readonly ('string' | 'number')[]> = {
  started: [],
  call: ['number', 'string', 'string'],
  'call-sync': ['string', 'string'],
  log: ['string', 'string', 'number'],
  parked: ['number'],
  part: ['string'],
  ended: ['string', 'string', 'number'],
}

/** Reads what a cell's process sent, which may be hostile: anything but a message of the known shape is `undefined`. */
export function readFromCell(given: unknown): FromCell | undefined {
  if (typeof given !== 'string') return undefined
  try {
    const message = JSON.parse(given) as unknown
    if (!Array.isArray(message) || !Object.hasOwn(SHAPES, message[0] as string)) return undefined
    const shape = SHAPES[message[0] as FromCell[0]]
    const fits = message.length === shape.length + 1 && shape.every((type, i) => typeof message[i + 1] === type)
    return fits ? (message as FromCell) : undefined
  } catch {
    return undefined
  }
}
