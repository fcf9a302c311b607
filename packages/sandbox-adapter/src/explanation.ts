import type { Capabilities, Consideration, EngineId, Environment, ErrorCode, Placement, Trust } from '@beddel/core'
import type { Decision } from './decision.js'

/** One engine in an {@link Explanation}. */
export interface ExplainedEngine extends Consideration {
  /** The package that has it. */
  package: string
  /** The rest is `undefined` where the package is not installed. */
  placement: Placement | undefined
  isolation: Capabilities['isolation'] | undefined
  survivesGuest: boolean | undefined
  /** How each limit is held. */
  limits: Capabilities['limits'] | undefined
}

/** Which engine is, or would be, the chosen one and why; and for each of the others why not and what to do. */
export class Explanation {
  /** The engine that is or would be chosen; `undefined`: none can be. */
  readonly chosen: EngineId | undefined
  /** Whether it runs already. */
  readonly live: boolean
  readonly trust: Trust
  /** Who chooses: `argument`, `environment`, `file`, or nobody (`automatic`). */
  readonly decidedBy: Decision['by'] | undefined
  /** The same in words: the option, the variable, the file's path. */
  readonly decidedWhere: string | undefined
  /** The configuration file that was read. */
  readonly config: string | undefined
  /** Why nothing can be chosen: a mistake in what was asked for, or no engine that meets it. */
  readonly problem: { code: ErrorCode; message: string } | undefined
  readonly environment: Environment
  readonly engines: readonly ExplainedEngine[]

  constructor(facts: Omit<Explanation, 'toString'>) {
    const { chosen, live, trust, decidedBy, decidedWhere, config, problem, environment, engines } = facts
    this.chosen = chosen
    this.live = live
    this.trust = trust
    this.decidedBy = decidedBy
    this.decidedWhere = decidedWhere
    this.config = config
    this.problem = problem
    this.environment = environment
    this.engines = engines
  }

  /** The same as text: two lines, then a table. */
  toString(): string {
    const { runtime, nodeVersion, abi, platform, arch } = this.environment
    const node = nodeVersion === undefined ? runtime : `Node ${nodeVersion}, ABI ${abi}`
    const choice = this.chosen === undefined ? 'no engine' : `${this.chosen}${this.live ? ' (running)' : ''}`
    const by = this.decidedBy === undefined || this.decidedBy === 'automatic' ? '' : `, named by ${this.decidedWhere}`
    const lines = [`${node}, ${platform}${arch === undefined ? '' : ` ${arch}`}`, `${choice}${by}; trust: ${this.trust}`]
    if (this.problem !== undefined) lines.push(`${this.problem.code}: ${this.problem.message}`)
    return [...lines, '', ...table(this.engines.map(row))].join('\n')
  }
}

const HEAD: Row = { cells: ['engine', 'usable', 'version', 'boundary', 'placement'], notes: ['what'] }

interface Row {
  cells: string[]
  /** The last column, one line each. */
  notes: string[]
}

function row(engine: ExplainedEngine): Row {
  const { usable, version, boundary, placement, chosen, reason, fix } = engine
  const cells = [`${chosen ? '*' : ' '} ${engine.engine}`, yesNo(usable), version ?? '-', yesNo(boundary), placement ?? '-']
  const notes = [oneLine(reason)]
  if (fix !== undefined) notes.push(`to do: ${fix}`)
  const loose = looseLimits(engine.limits)
  if (loose !== '') notes.push(loose)
  if (engine.survivesGuest === false) notes.push('a guest may end or stall the host process')
  return { cells, notes }
}

/** What a process wrote as it died can be long; the report as data has all of it. */
function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  return flat.length > 200 ? `${flat.slice(0, 200)}…` : flat
}

const yesNo = (value: boolean | undefined): string => (value === undefined ? '?' : value ? 'yes' : 'no')

/** Limits that are not held, or at some points only. */
function looseLimits(limits: Capabilities['limits'] | undefined): string {
  const held = Object.entries(limits ?? {})
  const named = (how: string): string[] =>
    held.filter(([, { enforced }]) => enforced === how).map(([name, { note }]) => (note === undefined ? name : `${name} (${note})`))
  const parts = [
    ['not enforced', named('none')],
    ['enforced in part', named('soft')],
  ] as const
  return parts.flatMap(([what, names]) => (names.length === 0 ? [] : [`${what}: ${names.join(', ')}`])).join('; ')
}

function table(rows: Row[]): string[] {
  const all = [{ ...HEAD, cells: HEAD.cells.map((cell, i) => (i === 0 ? `  ${cell}` : cell)) }, ...rows]
  const widths = HEAD.cells.map((_, i) => Math.max(...all.map(({ cells }) => cells[i]?.length ?? 0)))
  const indent = ' '.repeat(widths.reduce((sum, width) => sum + width + 2, 0))
  return all.flatMap(({ cells, notes }) => {
    const left = cells.map((cell, i) => cell.padEnd(widths[i] as number)).join('  ')
    return notes.map((note, i) => (i === 0 ? `${left}  ${note}` : `${indent}${note}`))
  })
}
