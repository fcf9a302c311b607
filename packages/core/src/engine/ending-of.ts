import type { Ending, RunFigures } from './run-spec.js'

const MAX_HEAD = 1_048_576
const PHASES = new Set(['queue', 'compile', 'run', 'result', 'host-call'])

/** An ending as another process or thread sent it. Throws for what is none: who sends that is not believed any more. */
export function endingOf(head: string, text: string): Ending {
  if (head.length > MAX_HEAD) throw new Error('an ending too large')
  const raw = JSON.parse(head) as Record<string, unknown>
  if (!isObject(raw) || !isObject(raw.figures)) throw new Error('no ending')
  const figures = raw.figures as RunFigures
  const notes = raw.notes
  if (notes !== undefined && !(Array.isArray(notes) && notes.every((note) => typeof note === 'string'))) throw new Error('wrong notes')
  const common = { figures, ...(notes !== undefined && { notes: notes as string[] }) }
  switch (raw.kind) {
    case 'value':
      return { kind: 'value', text, ...common }
    case 'thrown':
      return { kind: 'thrown', error: string(raw.error), syntax: raw.syntax === true, ...common }
    case 'fault': {
      const { phase, started, details } = raw
      if (phase !== undefined && !PHASES.has(phase as string)) throw new Error('an unknown phase')
      if (started !== undefined && typeof started !== 'boolean') throw new Error('started is no boolean')
      if (details !== undefined && (!isObject(details) || Object.keys(details).length > 16)) throw new Error('wrong details')
      return {
        kind: 'fault',
        code: string(raw.code),
        message: string(raw.message),
        ...(phase !== undefined && { phase: phase as string }),
        ...(started !== undefined && { started }),
        ...(details !== undefined && { details }),
        ...common,
      }
    }
    default:
      throw new Error('an unknown kind of ending')
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function string(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a missing text')
  return value
}
