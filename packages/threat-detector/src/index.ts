export { PATTERN_WEIGHTS, type PatternName, type Severity, severityOf } from './weights.js'
// Code signing is exported from './signing/index.js'.
