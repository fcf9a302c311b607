import type { AnalysisProblem, ThreatAnalysis } from './analysis.js'
import type { PatternName, Severity } from './weights.js'

/** What a detector has done so far. */
export interface DetectorStatistics {
  /** Answers given, those from the cache too. */
  analyses: number
  /** Answers that were there already. */
  cacheHits: number
  /** Answers that are kept now. */
  cacheSize: number
  blocked: number
  /** Answers in which a pattern was found at least once. */
  byPattern: Partial<Record<PatternName, number>>
  bySeverity: Record<Severity, number>
  byProblem: Partial<Record<AnalysisProblem['code'], number>>
  /** Milliseconds, of the analyses that were made; 0 before the first. */
  averageDurationMs: number
}

export class Counts {
  #analyses = 0
  #hits = 0
  #blocked = 0
  #totalMs = 0
  readonly #byPattern: DetectorStatistics['byPattern'] = {}
  readonly #bySeverity: DetectorStatistics['bySeverity'] = { none: 0, low: 0, medium: 0, high: 0, critical: 0 }
  readonly #byProblem: DetectorStatistics['byProblem'] = {}

  add(analysis: ThreatAnalysis, cached: boolean): void {
    this.#analyses++
    if (cached) this.#hits++
    else this.#totalMs += analysis.durationMs
    if (analysis.blocked) this.#blocked++
    this.#bySeverity[analysis.severity]++
    if (analysis.problem) this.#byProblem[analysis.problem.code] = (this.#byProblem[analysis.problem.code] ?? 0) + 1
    for (const name of new Set(analysis.patterns.map(({ name: each }) => each))) this.#byPattern[name] = (this.#byPattern[name] ?? 0) + 1
  }

  statistics(cacheSize: number): DetectorStatistics {
    const made = this.#analyses - this.#hits
    return {
      analyses: this.#analyses,
      cacheHits: this.#hits,
      cacheSize,
      blocked: this.#blocked,
      byPattern: { ...this.#byPattern },
      bySeverity: { ...this.#bySeverity },
      byProblem: { ...this.#byProblem },
      averageDurationMs: made === 0 ? 0 : this.#totalMs / made,
    }
  }
}
