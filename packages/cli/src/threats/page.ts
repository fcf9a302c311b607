import { codeFrame } from './code-frame.js'
import type { ScannedFile } from './scan-files.js'

/** So many findings of a file are shown with their lines. */
const SHOWN = 20

/** The report for a person. */
export function page(files: readonly ScannedFile[]): string {
  const out: string[] = []
  for (const { file, source, analysis, unread } of files) {
    if (unread !== undefined) out.push(`${file}  ${unread}`, '')
    if (analysis === undefined || (analysis.findingCount === 0 && analysis.problem === undefined)) continue
    const { score, severity, blocked, problem, patterns, findingCount, behaviorScore, behavior } = analysis
    out.push(`${file}  score ${score}, ${severity}${blocked ? ', blocked' : ''}`)
    if (problem) {
      const { code, message, line, column } = problem
      out.push('', `  ${line === undefined ? '' : `${line}:${column}  `}${code}  ${message}`)
      if (line !== undefined && column !== undefined) out.push(...frame(source, { line, column, endLine: line, endColumn: column + 1 }))
    }
    for (const finding of patterns.slice(0, SHOWN)) {
      const { line, column, severity: own, name, rule, reason, text, inside } = finding
      out.push(
        '',
        `  ${line}:${column}  ${own}  ${name}  ${reason} (${rule})${inside === undefined ? '' : ' It stands in text that is run as code.'}`,
      )
      out.push(...frame(source, finding))
      if (text !== '' && !source.slice(finding.start, finding.end).startsWith(text)) out.push(`      comes to: ${text}`)
    }
    if (findingCount > SHOWN) out.push('', `  and ${findingCount - Math.min(SHOWN, patterns.length)} more`)
    if (behavior.signals.length > 0) {
      out.push('', `  behaviour ${behaviorScore}: ${behavior.signals.map(({ name }) => name).join(', ')}`)
    }
    out.push('')
  }
  return [...out, summary(files)].join('\n')
}

const frame = (...args: Parameters<typeof codeFrame>): string[] => codeFrame(...args).map((line) => `    ${line}`)

function summary(files: readonly ScannedFile[]): string {
  const count = (what: (file: ScannedFile) => boolean): number => files.filter(what).length
  const found = count(({ analysis }) => (analysis?.findingCount ?? 0) > 0 || analysis?.problem !== undefined)
  const unread = count(({ analysis }) => analysis === undefined)
  const blocked = count(({ analysis }) => analysis?.blocked === true)
  return `${files.length} ${files.length === 1 ? 'file' : 'files'}: something in ${found}, ${blocked} blocked${unread > 0 ? `, ${unread} not looked at` : ''}. This is advice: what is not found may be there all the same.`
}
