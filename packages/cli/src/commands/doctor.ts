import { type ExplainedEngine, explainEngines } from '@beddel/sandbox-adapter'
import { EXIT, exitCodeOfReport } from '../exit-codes.js'
import { printOut } from '../print.js'

/** The least Node that the sandboxes run on: its permission model is new there. */
const LEAST_NODE = [22, 13] as const

/** Checks each engine; returns the exit code: not 0 where no engine with a boundary can be used. */
export async function doctor({ json }: { json?: boolean }): Promise<number> {
  const report = await explainEngines()
  const { nodeVersion, abi, platform, arch, runtime } = report.environment
  const nodeProblem = nodeVersion === undefined || isOld(nodeVersion) ? `Node ${LEAST_NODE.join('.')} or later is needed` : undefined
  const safe = report.engines.filter(({ usable, boundary }) => usable === true && boundary === true).map(({ engine }) => engine)
  const healthy = safe.length > 0 && nodeProblem === undefined && report.problem === undefined
  if (json === true) {
    printOut(JSON.stringify({ healthy, enginesWithBoundary: safe, nodeProblem, report }, null, 2))
  } else {
    const node = nodeVersion === undefined ? runtime : `Node ${nodeVersion} (ABI ${abi})`
    const lines = [`${node}, ${platform} ${arch ?? ''}${nodeProblem === undefined ? '' : `: ${nodeProblem}`}`, '']
    for (const engine of report.engines) lines.push(...about(engine), '')
    if (report.problem !== undefined) lines.push(`${report.problem.code}: ${report.problem.message}`)
    else if (report.chosen !== undefined)
      lines.push(`A run uses ${report.chosen}${report.decidedBy === 'automatic' ? '' : `, named by ${report.decidedWhere}`}.`)
    if (safe.length === 0) lines.push('No engine with a boundary can be used: code that you do not trust cannot be run here.')
    printOut(lines.join('\n'))
  }
  if (healthy) return EXIT.ok
  return exitCodeOfReport(report) || EXIT.engine
}

function about({
  engine,
  usable,
  version,
  reason,
  fix,
  boundary,
  placement,
  survivesGuest,
  limits,
  package: from,
}: ExplainedEngine): string[] {
  const state = usable === true ? 'usable' : usable === false ? 'not usable' : 'not checked'
  const lines = [`${engine}: ${state}${version === undefined ? '' : `, version ${version}`}`]
  const say = (what: string, value: string): void => void lines.push(`  ${what.padEnd(14)}${value}`)
  if (usable !== true || boundary !== true) say('why', reason.trim().replace(/\s*\n\s*/g, '\n    '))
  if (fix !== undefined) say('to do', fix)
  say('package', from)
  if (boundary !== undefined) say('boundary', boundary ? 'yes: escapes from it are security bugs' : 'no: it is for code that you trust')
  if (placement !== undefined)
    say('placement', `${placement}; ${survivesGuest === true ? 'the host survives its guests' : 'a guest may end or stall the host'}`)
  for (const [how, what] of [
    ['none', 'not enforced'],
    ['soft', 'in part'],
  ]) {
    const names = Object.entries(limits ?? {}).filter(([, { enforced }]) => enforced === how)
    if (names.length > 0) say(what as string, names.map(([name, { note }]) => (note === undefined ? name : `${name} (${note})`)).join(', '))
  }
  return lines
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])
}
