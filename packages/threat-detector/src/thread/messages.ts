import type { AnalyzeOptions, SourceAnalysis } from '../analyze.js'

export interface ToThread {
  id: number
  source: string
  language: 'js' | 'ts'
  options: AnalyzeOptions
}

export type FromThread = { id: number; analysis: SourceAnalysis } | { id: number; failed: string }
