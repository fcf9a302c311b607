import type { PATTERN_WEIGHTS, RULES } from '../src/index.js'

export function rulesTable(detector: { RULES: typeof RULES; PATTERN_WEIGHTS: typeof PATTERN_WEIGHTS }): string
export function writtenTable(): string
