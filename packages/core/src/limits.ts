import { checkKeys, invalid, isRecord } from './options.js'

const KiB = 1024
const MiB = 1024 * KiB

/** Every limit with its default and the least value that makes sense. All are finite. */
const TABLE = {
  /** One budget in milliseconds from admission to result: queue, compile, run, awaits, host calls. */
  timeoutMs: { default: 5_000, min: 1, max: 2 ** 31 - 1 },
  /** The guest's memory in bytes. */
  memoryBytes: { default: 128 * MiB, min: 256 * KiB, max: 64 * 1024 * MiB },
  /** Length of the source in UTF-16 units. */
  sourceBytes: { default: 1 * MiB, min: 1, max: 256 * MiB },
  /** Encoded size of `input`, of `globals`, and of each host-function result, in UTF-16 units. */
  inputBytes: { default: 16 * MiB, min: 1, max: 256 * MiB },
  /** Encoded size of the result and of each host call's arguments, in UTF-16 units. */
  resultBytes: { default: 4 * MiB, min: 1, max: 256 * MiB },
  /** All console output of a run, in UTF-16 units, and a line for each 16 of them (1 000 lines at least); what is beyond is dropped and counted. */
  logBytes: { default: 64 * KiB, min: 0, max: 256 * MiB },
  /** Host-function calls of a run. */
  hostCalls: { default: 1_000, min: 0, max: 2 ** 31 - 1 },
} as const

export type LimitName = keyof typeof TABLE | 'operations'

export type Limits = { readonly [K in keyof typeof TABLE]: number } & {
  /** Loop turns and function entries that the guest may make; `undefined` is off. */
  readonly operations: number | undefined
}

export interface LimitsInput {
  timeoutMs?: number
  memoryBytes?: number
  sourceBytes?: number
  inputBytes?: number
  resultBytes?: number
  logBytes?: number
  hostCalls?: number
  operations?: number
  /** Old name of `timeoutMs` (milliseconds). */
  timeout?: number
  /** Old name of `memoryBytes`, in megabytes (MiB). */
  memoryLimit?: number
}

export const LIMIT_KEYS = [...Object.keys(TABLE), 'operations', 'timeout', 'memoryLimit']

export const DEFAULT_LIMITS: Limits = Object.freeze({
  ...(Object.fromEntries(Object.entries(TABLE).map(([name, row]) => [name, row.default])) as {
    [K in keyof typeof TABLE]: number
  }),
  operations: undefined,
})

const NAMES = Object.keys(TABLE) as (keyof typeof TABLE)[]
const RENAMED = [
  ['timeout', 'timeoutMs', 1],
  ['memoryLimit', 'memoryBytes', MiB],
] as const

/** The same limits under their present names; an absent or `undefined` key stays absent. */
export function statedLimits(input: LimitsInput | undefined, where = 'limits'): Partial<Limits> {
  if (input === undefined) return {}
  if (!isRecord(input)) throw invalid(where, 'must be an object', input)
  checkKeys(input, LIMIT_KEYS, where)
  const stated: Record<string, number> = {}
  for (const [old, name, unit] of RENAMED) {
    const value = input[old]
    if (value === undefined) continue
    if (input[name] !== undefined) throw invalid(`${where}.${old}`, `is the old name of ${name}: give one of the two`)
    stated[name] = whole(where, old, typeof value === 'number' ? value * unit : value, TABLE[name])
  }
  for (const name of NAMES) {
    const value = input[name]
    if (value !== undefined) stated[name] = whole(where, name, value, TABLE[name])
  }
  if (input.operations !== undefined) {
    stated.operations = whole(where, 'operations', input.operations, { min: 1, max: Number.MAX_SAFE_INTEGER })
  }
  return stated as Partial<Limits>
}

/** The one normaliser: later layers win, `undefined` never does, and what nobody states is the default. */
export function mergeLimits(...layers: Partial<Limits>[]): Limits {
  const merged: Record<string, number | undefined> = { ...DEFAULT_LIMITS }
  for (const layer of layers) {
    for (const name of Object.keys(layer) as LimitName[]) if (layer[name] !== undefined) merged[name] = layer[name]
  }
  return merged as unknown as Limits
}

function whole(where: string, name: string, value: unknown, row: { min: number; max: number }): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(`${where}.${name}`, 'must be a finite number', value)
  const rounded = Math.floor(value)
  if (rounded < row.min || rounded > row.max) throw invalid(`${where}.${name}`, `must be from ${row.min} to ${row.max}`, value)
  return rounded
}
