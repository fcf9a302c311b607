import { clean } from './clean.js'

/**
 * Lines of the recordings that @beddel/vm2-migration writes, as far as the report needs them. They are checked here and
 * not taken from there: what is in a file may be anybody's.
 */
export interface Recording {
  /** ms since the epoch. */
  at: number
  site: string
  file?: string
  call: string
  mode: string
  first: Ending
  second?: Ending
  skipped?: string
  differences: Difference[]
}

export interface Ending {
  engine: string
  ms: number
  ok: boolean
  type: string
  code?: string
  message?: string
  value?: string
}

export interface Difference {
  kind: string
  path?: string
  message: string
}

/** The rollout went back to an earlier mode by itself. */
export interface FallBack {
  event: 'fall-back'
  at: number
  site: string
  from: string
  to: string
  /** Which rate passed its threshold. */
  cause?: string
  rate: number
  threshold: number
  runs: number
}

/** What a line is if not one of these: of another version of the format, or of something else. */
export type Unusable = 'version' | 'foreign'

const VERSION = 1
/** The greatest time that a `Date` has. */
const LAST = 8.64e15
const KINDS = ['value', 'error', 'missing-global', 'sync-only', 'host-object', 'host-call', 'timing']
/** More differences than this in one run tell nothing more. */
const DIFFERENCES = 64

type Fields = Record<string, unknown>

export function parseLine(text: string): Recording | FallBack | Unusable {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return 'foreign'
  }
  if (!isFields(line) || typeof line.v !== 'number') return 'foreign'
  if (line.v !== VERSION) return 'version'
  return (line.event === undefined ? recordingOf(line) : fallBackOf(line)) ?? 'foreign'
}

function recordingOf(line: Fields): Recording | undefined {
  const first = endingOf(line.first)
  if (!isTime(line.at) || !isText(line.site) || !isText(line.call) || !isText(line.mode) || first === undefined) return undefined
  if (line.second !== undefined && endingOf(line.second) === undefined) return undefined
  if (line.skipped !== undefined && !isText(line.skipped)) return undefined
  if (!Array.isArray(line.differences)) return undefined
  const differences = line.differences.slice(0, DIFFERENCES).map(differenceOf)
  if (differences.includes(undefined)) return undefined
  return {
    at: line.at,
    site: clean(line.site, 300),
    file: optional(line.file, 300),
    call: clean(line.call, 40),
    mode: clean(line.mode, 40),
    first,
    second: endingOf(line.second),
    skipped: optional(line.skipped, 60),
    differences: differences as Difference[],
  }
}

function endingOf(given: unknown): Ending | undefined {
  if (!isFields(given) || !isText(given.engine) || !isText(given.type) || typeof given.ok !== 'boolean') return undefined
  if (!isAmount(given.ms)) return undefined
  return {
    engine: clean(given.engine, 60),
    ms: given.ms,
    ok: given.ok,
    type: clean(given.type, 100),
    code: optional(given.code, 100),
    message: optional(given.message, 300),
    value: optional(given.value, 300),
  }
}

function differenceOf(given: unknown): Difference | undefined {
  if (!isFields(given) || !isText(given.kind) || !isText(given.message)) return undefined
  // A kind of a later version counts, under a name that nobody can make long lists with.
  const kind = KINDS.includes(given.kind) ? given.kind : 'other'
  return { kind, path: optional(given.path, 200), message: clean(given.message, 400) }
}

function fallBackOf(line: Fields): FallBack | undefined {
  const { at, site, from, to, rate, threshold, runs } = line
  if (line.event !== 'fall-back' || !isTime(at) || !isText(site) || !isText(from) || !isText(to)) return undefined
  if (!isAmount(rate) || !isAmount(threshold) || !isAmount(runs)) return undefined
  return {
    event: 'fall-back',
    at,
    site: clean(site, 300),
    from: clean(from, 40),
    to: clean(to, 40),
    cause: optional(line.cause, 40),
    rate,
    threshold,
    runs,
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isTime = (value: unknown): value is number => isAmount(value) && value <= LAST
const optional = (value: unknown, length: number): string | undefined => (isText(value) ? clean(value, length) : undefined)
