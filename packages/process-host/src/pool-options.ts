import { checkKeys, invalid, type ProcessOptions } from '@beddel/core'

export type PoolOptions = Required<Omit<ProcessOptions, 'launcher'>>

const KEYS = ['min', 'max', 'idleTimeoutMs', 'launcher', 'warmCells', 'maxQueue', 'sharing']

/** Checks the `processes` option of an executor and adds the defaults, for a machine with so many cores. */
export function poolOptions(given: ProcessOptions, cores: number): PoolOptions {
  checkKeys(given, KEYS, 'processes')
  const whole = (key: 'min' | 'max' | 'idleTimeoutMs' | 'warmCells' | 'maxQueue', otherwise: number, least: number): number => {
    const value = given[key] ?? otherwise
    if (!Number.isSafeInteger(value) || value < least || value > 2 ** 31 - 1)
      throw invalid(`processes.${key}`, `must be a whole number from ${least}`, value)
    return value
  }
  const { launcher, sharing = 'none' } = given
  if (launcher !== undefined && !(Array.isArray(launcher) && launcher.every((word) => typeof word === 'string'))) {
    throw invalid('processes.launcher', 'must be an array of strings', launcher)
  }
  if (sharing !== 'none' && sharing !== 'tenant') throw invalid('processes.sharing', 'must be "none" or "tenant"', sharing)
  const max = whole('max', 4 * cores, 1)
  const min = whole('min', Math.min(1, max), 0)
  if (min > max) throw invalid('processes.min', `must not be above processes.max, which is ${max}`, min)
  return {
    min,
    max,
    idleTimeoutMs: whole('idleTimeoutMs', 30_000, 1),
    warmCells: whole('warmCells', 3, 0),
    maxQueue: whole('maxQueue', 10_000, 1),
    sharing,
  }
}
