import { createHash } from 'node:crypto'
import type { Rule, Severity } from '@beddel/threat-detector'
import type { Log, Region, ReportingDescriptor, Result } from 'sarif'
import type { ScannedFile } from './scan-files.js'

type Detector = Pick<typeof import('@beddel/threat-detector'), 'RULES' | 'PATTERN_WEIGHTS' | 'RULES_VERSION' | 'severityOf'>

const LEVELS: Record<Severity, Result.level> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  none: 'none',
}

/** What stands for a source of which nothing can be said. */
const UNREADABLE = 'unreadable'

/** The report as SARIF 2.1.0, for code-scanning tools. Its types are those of the standard's schema. */
export function sarif(files: readonly ScannedFile[], detector: Detector, version: string): Log {
  const rules = [...detector.RULES.map((rule) => described(rule, detector)), unreadable()]
  const index = new Map(rules.map(({ id }, i) => [id, i]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'beddel-sandbox', semanticVersion: version, version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        artifacts: files.map(({ file }) => ({ location: { uri: uriOf(file) } })),
        results: files.flatMap((file, i) => resultsOf(file, i)).map((result) => ({ ...result, ruleIndex: index.get(result.ruleId) })),
        properties: { rulesVersion: detector.RULES_VERSION },
      },
    ],
  }
}

function described({ id, pattern, weight, reason, family }: Rule, { PATTERN_WEIGHTS, severityOf }: Detector): ReportingDescriptor {
  const score = weight ?? PATTERN_WEIGHTS[pattern]
  return {
    id,
    name: pattern,
    shortDescription: { text: reason.replace('{key}', 'It') },
    defaultConfiguration: { level: LEVELS[severityOf(score)] },
    properties: { 'security-severity': (score / 10).toFixed(1), tags: ['security', ...(family ? [...family] : [])], precision: 'medium' },
  }
}

const unreadable = (): ReportingDescriptor => ({
  id: UNREADABLE,
  name: 'UNREADABLE',
  shortDescription: { text: 'Nothing certain can be said of the source.' },
  defaultConfiguration: { level: 'error' },
  properties: { 'security-severity': '7.0', tags: ['security'], precision: 'high' },
})

function resultsOf({ file, analysis, unread }: ScannedFile, index: number): (Result & { ruleId: string })[] {
  const place = (region?: Region) => [{ physicalLocation: { artifactLocation: { uri: uriOf(file), index }, ...(region && { region }) } }]
  const problem = analysis?.problem
  const said = unread === undefined ? problem && `${problem.code}: ${problem.message}` : `The file was not looked at: ${unread}.`
  const at =
    problem?.line === undefined
      ? undefined
      : { startLine: problem.line, ...(problem.column !== undefined && { startColumn: problem.column }) }
  return [
    ...(said === undefined
      ? []
      : [
          {
            ruleId: UNREADABLE,
            level: 'error' as const,
            message: { text: said },
            locations: place(at),
            partialFingerprints: printOf(file, UNREADABLE, said),
          },
        ]),
    ...(analysis?.patterns ?? []).map(({ rule, severity, reason, text, line, column, endLine, endColumn, score, name }) => ({
      ruleId: rule,
      level: LEVELS[severity],
      message: { text: text === '' ? reason : `${reason} It comes to: ${text}` },
      locations: place({ startLine: line, startColumn: column, endLine, endColumn }),
      partialFingerprints: printOf(file, rule, text),
      properties: { pattern: name, score },
    })),
  ]
}

/** The same for the same finding where lines were moved. */
const printOf = (file: string, rule: string, text: string) => ({
  'beddelThreat/v1': createHash('sha256')
    .update(JSON.stringify([file, rule, text]))
    .digest('hex'),
})

/** A path as a reference from the working directory. */
const uriOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/')
