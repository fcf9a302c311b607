import type { ThreatAnalysis } from '../src/index.js'

export interface Judged {
  code: string
  hostile: boolean
  set: 'develop' | 'report'
  /** Where it is from, or its technique. */
  what: string
  analysis: ThreatAnalysis
  blocked: boolean
  score: number
}

export interface Figures {
  benign: number
  hostile: number
  alarms: number
  missed: number
  precision: number
  recall: number
  rocAuc: number
}

export function judged(detector: { analyzeCode(code: string): Promise<ThreatAnalysis> }): Promise<Judged[]>
export function figures(rows: readonly Judged[]): Figures
