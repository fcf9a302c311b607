import { checkKeys, invalid, oneOf } from '@beddel/core'
import type { RunOrder, Shape } from '../src/runner.ts'

const MiB = 1024 * 1024

/** The most that a page may ask of this machine: a link that somebody sent may carry any figure. */
export const CEILINGS = {
  timeoutMs: 60_000,
  memoryBytes: 1024 * MiB,
  sourceBytes: 4 * MiB,
  inputBytes: 32 * MiB,
  resultBytes: 32 * MiB,
  logBytes: 4 * MiB,
  hostCalls: 100_000,
} as const

/** Throws a `BEDDEL_INVALID_OPTION`. What the adapter checks itself is left to it. */
export function checkedShape(given: unknown): Shape {
  const { limits, web } = record(given, 'request', ['limits', 'web'])
  if (typeof web !== 'boolean') throw invalid('web', 'must be true or false', web)
  return { web, limits: checkedLimits(limits) }
}

export function checkedOrder(given: unknown): RunOrder {
  const order = record(given, 'request', ['code', 'language', 'input', 'engine', 'limits', 'web'])
  const { code, language, input, engine, limits, web } = order
  if (typeof code !== 'string') throw invalid('code', 'must be a string', code)
  if (engine !== undefined && typeof engine !== 'string') throw invalid('engine', 'must be a string', engine)
  return {
    ...checkedShape({ limits, web }),
    code,
    language: oneOf('language', language, ['js', 'ts']) ?? 'js',
    ...(engine !== undefined && { engine }),
    ...(Object.hasOwn(order, 'input') && { input }),
  }
}

function checkedLimits(given: unknown): Shape['limits'] {
  const limits = record(given, 'limits', [...Object.keys(CEILINGS), 'operations'])
  for (const [name, most] of Object.entries(CEILINGS)) {
    const value = limits[name]
    if (typeof value === 'number' && value > most) throw invalid(`limits.${name}`, `must be at most ${most} in the playground`, value)
  }
  return limits
}

function record(given: unknown, where: string, known: readonly string[]): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid(where, 'must be an object', given)
  checkKeys(given, known, where)
  return given as Record<string, unknown>
}
