import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkKeys, invalid, oneOf, SandboxError } from '@beddel/core'
import { parse } from 'smol-toml'
import type { Mode } from './recording.js'

/** When a rule goes back to the mode before. Shares of runs, from 0 to 1. */
export interface FallBack {
  /** Share of compared runs that may differ. */
  differences?: number
  /** Share of runs on the new engine that may throw, over and above the share that throws on vm2 at the same site. */
  failures?: number
  /** Runs that are needed before a rate counts. Default 100. */
  after: number
  /** The last runs that are looked at. Default 1 000. */
  over: number
}

/** What runs where. */
export interface Rule {
  /** Where it stands, for errors and events: `[migration]`, `[[migration.rules]] 2`. */
  where: string
  /** The text that stands there: a rule that is written anew begins anew. */
  text: string
  site?: RegExp
  file?: RegExp
  tenant?: RegExp
  mode: Mode
  engine?: string
  percentage: number
  /** Share of the VMs on vm2 that are shadowed. */
  share: number
  fallBack?: FallBack
}

/** `[migration]` of a `beddel.toml`. */
export interface Migration {
  file: string
  rules: readonly Rule[]
  /** For all that no rule names; its mode was stated where `watched`. */
  rest: Rule
  /** Whether a mode was stated: what runs is recorded then. */
  watched: boolean
  recordings?: string | false
  values: boolean
}

export const MODES = ['vm2', 'shadow', 'canary', 'new'] as const satisfies Mode[]
const TABLE_KEYS = ['engine', 'mode', 'percentage', 'share', 'fall_back', 'recordings', 'record_values', 'rules']
const RULE_KEYS = ['site', 'file', 'tenant', 'engine', 'mode', 'percentage', 'share', 'fall_back']
const FALL_BACK_KEYS = ['differences', 'failures', 'after', 'over']

/** The file is looked at again after so long, when the next VM is made. */
export const REFRESH_MS = 500

interface Known {
  migration: Migration | undefined
  stamp: string
  looked: number
  /** The state of the file that could not be used, of which was told. */
  bad?: string
}
const known = new Map<string, Known>()

/**
 * What a file says, read again when it has changed. A mistake in it throws when it is read for the first time; later the last good
 * one goes on, and one process warning tells of it. `undefined` where there is no file and none was named.
 */
export function readMigration(config: unknown): Migration | undefined {
  if (config === false) return undefined
  if (config !== undefined && (typeof config !== 'string' || config === '')) {
    throw invalid('config', 'must be a path, or false for no file', config)
  }
  const file = resolve(config ?? 'beddel.toml')
  const before = known.get(file)
  const now = performance.now()
  if (before !== undefined && now - before.looked < REFRESH_MS) return before.migration
  const stamp = stampOf(file)
  if (before !== undefined && (stamp === before.stamp || stamp === before.bad)) {
    before.looked = now
    return before.migration
  }
  try {
    const migration = read(file, config !== undefined || before?.migration !== undefined)
    known.set(file, { migration, stamp, looked: now })
    return migration
  } catch (error) {
    if (before?.migration === undefined) throw error
    Object.assign(before, { looked: now, bad: stamp })
    process.emitWarning(`${(error as Error).message} What ${file} said before goes on.`, {
      type: 'Vm2MigrationWarning',
      code: 'BEDDEL_VM2_CONFIG',
    })
    return before.migration
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? 'none' : `${found.mtimeNs} ${found.size} ${found.ino}`
}

function read(file: string, needed: boolean): Migration | undefined {
  let document: Record<string, unknown>
  try {
    document = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!needed && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
    throw new SandboxError('BEDDEL_INVALID_OPTION', `config: ${file} cannot be read: ${message}.`, {
      phase: 'configure',
      details: { path: 'config' },
      cause: error,
    })
  }
  return migrationIn(document.migration ?? {}, file)
}

function migrationIn(given: unknown, file: string): Migration {
  const where = `${file} [migration]`
  const table = tableOf(given, where)
  checkKeys(table, TABLE_KEYS, where)
  const { rules: listed = [], recordings, record_values: values = false } = table
  if (!Array.isArray(listed)) throw invalid(`${where} rules`, 'must be tables: [[migration.rules]]')
  if (recordings !== undefined && recordings !== false && (typeof recordings !== 'string' || recordings === '')) {
    throw invalid(`${where} recordings`, 'must be the path of a folder, or false', recordings)
  }
  if (typeof values !== 'boolean') throw invalid(`${where} record_values`, 'must be true or false', values)
  if (listed.length > 0 && table.mode === undefined) {
    throw invalid(
      `${where} mode`,
      'must be stated where there are rules: it is for all that no rule names, and engine alone would mean "new"',
    )
  }
  const rest = ruleOf(table, where, { mode: table.engine === undefined ? 'vm2' : 'new' })
  const rules = listed.map((one, i) => {
    const at = `${file} [[migration.rules]] ${i + 1}`
    const rule = tableOf(one, at)
    checkKeys(rule, RULE_KEYS, at)
    if (rule.site === undefined && rule.file === undefined && rule.tenant === undefined) {
      throw invalid(at, 'must name a site, a file or a tenant')
    }
    return ruleOf(rule, at, { ...(rest.engine !== undefined && { engine: rest.engine }) })
  })
  return { file, rules, rest, watched: table.mode !== undefined, values, ...(recordings !== undefined && { recordings }) }
}

function ruleOf(given: Record<string, unknown>, where: string, base: { mode?: Mode; engine?: string }): Rule {
  const { engine = base.engine, share = 1, fall_back: fallBack } = given
  if (engine !== undefined && (typeof engine !== 'string' || engine === '')) throw invalid(`${where} engine`, 'must be a string', engine)
  const mode = oneOf(`${where} mode`, given.mode, MODES) ?? base.mode
  if (mode === undefined) throw invalid(`${where} mode`, `must be one of ${MODES.join(', ')}`)
  if (mode !== 'vm2' && engine === undefined) throw invalid(`${where} engine`, `must be stated for mode "${mode}", here or in [migration]`)
  if (mode === 'canary' && given.percentage === undefined) throw invalid(`${where} percentage`, 'must be stated for mode "canary"')
  const { percentage = 100 } = given
  if (typeof percentage !== 'number' || !(percentage >= 0 && percentage <= 100)) {
    throw invalid(`${where} percentage`, 'must be a number from 0 to 100', percentage)
  }
  const { rules: _, recordings: __, record_values: ___, ...text } = given
  return {
    where,
    text: JSON.stringify({ ...text, engine }),
    mode,
    percentage,
    share: fraction(`${where} share`, share),
    ...(engine !== undefined && { engine }),
    ...patterns(given, where),
    ...(fallBack !== undefined && fallBack !== false && { fallBack: fallBackOf(fallBack, `${where} fall_back`) }),
  }
}

function patterns(given: Record<string, unknown>, where: string): Pick<Rule, 'site' | 'file' | 'tenant'> {
  const found: Pick<Rule, 'site' | 'file' | 'tenant'> = {}
  for (const key of ['site', 'file', 'tenant'] as const) {
    const value = given[key]
    if (value === undefined) continue
    const list = [value].flat() as unknown[]
    if (list.length === 0 || !list.every((one) => typeof one === 'string' && one !== '')) {
      throw invalid(`${where} ${key}`, 'must be a pattern, or an array of them', value)
    }
    found[key] = patternOf(list as string[], key === 'file')
  }
  return found
}

/** `*` is any text; in paths it stops at a `/`, and `**` does not. */
function patternOf(list: readonly string[], isPath: boolean): RegExp {
  const one = (pattern: string): string =>
    pattern.replaceAll(/[\\^$+.()|[\]{}]/g, String.raw`\$&`).replaceAll(/\*\*\/|\*\*|\*|\?/g, (wild) => {
      if (!isPath) return wild === '?' ? '.' : '.*'
      if (wild === '**/') return '(?:.*/)?'
      return wild === '**' ? '.*' : wild === '*' ? '[^/]*' : '[^/]'
    })
  return new RegExp(`^(?:${list.map(one).join('|')})$`, 's')
}

function fallBackOf(given: unknown, where: string): FallBack {
  const table = tableOf(given, where)
  checkKeys(table, FALL_BACK_KEYS, where)
  const { differences, failures, after = 100, over = 1_000 } = table
  if (differences === undefined && failures === undefined) throw invalid(where, 'must state differences, failures or both')
  for (const [key, value] of Object.entries({ after, over })) {
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 100_000) {
      throw invalid(`${where} ${key}`, 'must be a whole number from 1 to 100000', value)
    }
  }
  if ((after as number) > (over as number)) throw invalid(`${where} after`, `must not be more than over, which is ${String(over)}`, after)
  return {
    after: after as number,
    over: over as number,
    ...(differences !== undefined && { differences: fraction(`${where} differences`, differences) }),
    ...(failures !== undefined && { failures: fraction(`${where} failures`, failures) }),
  }
}

/** From 0 to 1. */
export function fraction(path: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw invalid(path, 'must be a number from 0 to 1', value)
  return value
}

function tableOf(given: unknown, where: string): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid(where, 'must be a table', given)
  return given as Record<string, unknown>
}
