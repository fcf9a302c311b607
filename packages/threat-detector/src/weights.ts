/** The patterns that a score is made of, and what each weighs, from 0 to 100. */
export const PATTERN_WEIGHTS = {
  VM_ESCAPE: 100,
  CRYPTOMINING: 95,
  CHILD_PROCESS: 95,
  PROCESS_ACCESS: 90,
  FILESYSTEM: 85,
  PROTOTYPE_POLLUTION: 85,
  EVAL: 80,
  BUFFER_OVERFLOW: 80,
  NETWORK: 75,
  REQUIRE: 70,
  IMPORT: 70,
  TIMING_ATTACK: 40,
} as const

export type PatternName = keyof typeof PATTERN_WEIGHTS

export type Severity = 'none' | 'low' | 'medium' | 'high' | 'critical'

/** 90 and up is critical, 70 high, 40 medium, anything above 0 low. */
export function severityOf(weight: number): Severity {
  if (weight >= 90) return 'critical'
  if (weight >= 70) return 'high'
  if (weight >= 40) return 'medium'
  return weight > 0 ? 'low' : 'none'
}
