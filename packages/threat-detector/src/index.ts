export { PATTERN_WEIGHTS, type PatternName, type Severity, severityOf } from './weights.js'
export * from './signing/index.js'
