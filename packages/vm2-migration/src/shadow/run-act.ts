import { VMScript } from '../vm-script.js'
import type { Act, RunExtras } from './protocol.js'
import { Untold } from './untold.js'

/** Options of a run that a shadow can be told. */
const EXTRAS = ['filename', 'wrapper', 'strict']

/** A run as it is told to a shadow. Throws {@link Untold} where it cannot be. */
export function runAct(code: unknown, given: unknown): Act {
  const options = typeof given === 'string' ? { filename: given } : extrasOf(given)
  const more = options === undefined ? {} : { options }
  if (typeof code === 'string') return { is: 'run', code, ...more }
  if (!(code instanceof VMScript)) throw untold('code', 'is no string')
  const { filename, lineOffset, columnOffset, compiler } = code
  // Called once more, it could do something once more.
  if (typeof compiler === 'function') throw untold('compiler', 'of a VMScript is a function')
  return { is: 'run', code: code.code, script: { filename, lineOffset, columnOffset, compiler }, ...more }
}

function extrasOf(given: unknown): RunExtras | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const other = Object.keys(given).find((key) => !EXTRAS.includes(key))
  if (other !== undefined) throw untold(other, 'is an option of run that works on vm2 only')
  return { ...given }
}

const untold = (path: string, what: string): Untold => new Untold('unsupported', { kind: 'error', path, message: `${path} ${what}.` })
