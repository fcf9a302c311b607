import { analyzeSource, type AnalyzeOptions, type SourceAnalysis } from './analyze.js'
import { strippedLater } from './strip.js'

/** Analyses a source in its language: of TypeScript the text that would run, in which every place is the caller's. */
export async function analyzeGuest(source: string, language: 'js' | 'ts', options: AnalyzeOptions): Promise<SourceAnalysis> {
  if (language === 'js' || source.length > options.maxLength) return analyzeSource(source, options)
  const stripped = await strippedLater(source)
  if (stripped.code !== undefined) return analyzeSource(stripped.code, options)
  const { message, line, column, tooDeep } = stripped
  return unreadable(options, { code: tooDeep ? 'TOO_DEEP' : 'PARSE_ERROR', message, line, column })
}

/** The analysis of a source of which nothing can be told. */
export function unreadable(options: AnalyzeOptions, problem: NonNullable<SourceAnalysis['problem']>): SourceAnalysis {
  const nothing = analyzeSource('', options)
  return { ...nothing, severity: 'high', blocked: true, blockedBy: 'problem', problem }
}
