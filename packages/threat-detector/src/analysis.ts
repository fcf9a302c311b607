import type { Finding } from './findings.js'
import type { Behavior } from './figures/behavior.js'
import type { Complexity } from './figures/complexity.js'
import type { Severity } from './weights.js'

/** Why nothing certain can be said of a source. Such a source is blocked. */
export interface AnalysisProblem {
  /**
   * - `PARSE_ERROR`: it is no JavaScript (or TypeScript) in any form
   * - `TOO_DEEP`: it is nested more deeply than the parser goes
   * - `TOO_LONG`: it is longer than `maxLength`
   * - `WORK_LIMIT`: it took more work than an analysis may do
   * - `LOST`: the thread that analysed it ended, most likely for want of memory
   */
  code: 'PARSE_ERROR' | 'TOO_DEEP' | 'TOO_LONG' | 'WORK_LIMIT' | 'LOST'
  /** One sentence. */
  message: string
  /** 1-based, where there is a place. */
  line?: number
  column?: number
}

/** What a source looks like. It is advice: code can be written so that no reader sees what it does. */
export interface ThreatAnalysis {
  /** 0 to 100: the heaviest pattern that was found, and 5 for each further one. */
  score: number
  /** Of the score: `critical` from 90, `high` from 70, `medium` from 40. `high` at least where there is a problem. */
  severity: Severity
  /** The score has reached the threshold, there is a problem, or a signature is wanting. */
  blocked: boolean
  /** Why; absent where it is not blocked. */
  blockedBy?: 'score' | 'problem' | 'signature'
  /** The score from which a source is blocked. */
  blockThreshold: number
  /** What was found, by place. At most 200, the heavier ones first to be kept. */
  patterns: Finding[]
  /** How many were found. */
  findingCount: number
  problem?: AnalysisProblem
  /** 0 to 100. It has no part in `score`. */
  complexityScore: number
  complexity: Complexity
  /** 0 to 100: how much the source looks as if it hid something. It has no part in `score`. */
  behaviorScore: number
  behavior: Behavior
  /** Whether the signature that was given is one of this source; absent where none was asked for. */
  signatureValid?: boolean
  /** SHA-256, hex, of the exact source as it was given. */
  codeHash: string
  /** The version of the rules. */
  rulesVersion: string
  /** How long the analysis took, in milliseconds. */
  durationMs: number
}
