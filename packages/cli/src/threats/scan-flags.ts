/** Severities from which files are a failure, from the least. */
export const FAIL_ON = ['low', 'medium', 'high', 'critical', 'never'] as const

export interface ScanFlags {
  json?: boolean
  sarif?: boolean
  failOn: (typeof FAIL_ON)[number]
  threshold?: number
  ignore?: string[]
}
