import { checkKeys, invalid, type ProcessOptions } from '@beddel/core'

export type SeatLimits = Required<Pick<ProcessOptions, 'min' | 'max' | 'idleTimeoutMs' | 'maxQueue'>>

const KEYS = ['min', 'max', 'idleTimeoutMs', 'launcher', 'warmCells', 'maxQueue', 'sharing']

/** Checks the numbers of the options and adds the defaults. */
export function seatLimits(given: ProcessOptions, cores: number): SeatLimits {
  checkKeys(given, KEYS, 'processes')
  const whole = (key: 'min' | 'max' | 'idleTimeoutMs' | 'maxQueue', otherwise: number, least: number): number => {
    const value = given[key] ?? otherwise
    if (!Number.isSafeInteger(value) || value < least || value > 2 ** 31 - 1)
      throw invalid(`processes.${key}`, `must be a whole number from ${least}`, value)
    return value
  }
  const max = whole('max', 4 * cores, 1)
  const min = whole('min', Math.min(1, max), 0)
  if (min > max) throw invalid('processes.min', `must not be above processes.max, which is ${max}`, min)
  return { min, max, idleTimeoutMs: whole('idleTimeoutMs', 30_000, 1), maxQueue: whole('maxQueue', 10_000, 0) }
}
