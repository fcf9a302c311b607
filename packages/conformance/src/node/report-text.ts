import type { Figure } from '../figures/index.js'
import { FAMILIES } from '../attacks/attack.js'
import type { AttackResult } from './attack-provider.js'
import type { ConformanceReport } from './run-conformance.js'

/** A report for a person: what failed with its reason, then one line for each family, then the figures. */
export function reportText(report: ConformanceReport): string {
  const { provider, placement, capabilities, node, suites, attacks, figures } = report
  const { boundary, survivesGuest, isolation } = capabilities
  const lines = [
    provider.export === undefined ? provider.module : `${provider.export} of ${provider.module}`,
    `${placement}, Node ${node}, ${report.platform}`,
    `it declares: boundary ${yes(boundary)}, survivesGuest ${yes(survivesGuest)}, isolation ${isolation}`,
    '',
  ]
  if (suites.results.length > 0) lines.push(`suites: ${suites.passed} passed, ${suites.failed} failed`)
  for (const { id, passed, why } of suites.results) if (!passed) lines.push(`  FAILED ${id}\n         ${oneLine(why)}`)
  const { held, declared, refused, breached, fault } = attacks.counts
  lines.push(`attacks: ${held} held, ${declared} declared, ${refused} refused, ${breached} breached, ${fault} not performed`, '')
  for (const name of FAMILIES) {
    const family = attacks.results.filter((result) => result.family === name)
    if (family.length > 0) lines.push(...familyLines(name, family))
  }
  if (figures.length > 0) lines.push('', 'limits, as stated and as they were really held:', ...figures.map(figureLine))
  lines.push('', report.conforms ? 'It holds what it declares.' : 'It does not hold what it declares.')
  return lines.join('\n')
}

const yes = (value: boolean): string => (value ? 'yes' : 'no')
const oneLine = (text: string | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ').slice(0, 240)

function familyLines(name: string, family: readonly AttackResult[]): string[] {
  const bad = family.filter(({ standing }) => standing === 'breached' || standing === 'fault')
  const declared = family.filter(({ standing }) => standing === 'declared').length
  const word = bad.length > 0 ? 'FAILED' : declared > 0 ? 'as declared' : 'held'
  const detail =
    bad.length > 0 ? `${bad.length} of ${family.length}` : declared > 0 ? `${declared} of ${family.length} got through` : `${family.length}`
  return [
    `  ${name.padEnd(22)} ${word.padEnd(12)} ${detail}`,
    ...bad.map(({ id, standing, title, why }) => `      ${standing} ${id}: ${title}\n          ${oneLine(why)}`),
  ]
}

function figureLine({ name, unit, limit, reached, endings }: Figure): string {
  const [digits] = unit === 'ms' ? [1] : [0]
  const said = reached === undefined ? 'not measured' : `${reached.toFixed(digits)} ${unit}`
  return `  ${name.padEnd(22)} asked ${limit} ${unit}, reached ${said} (${[...new Set(endings)].join(', ')})`
}
