import { readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { SandboxThreatDetector, ThreatAnalysis } from '@beddel/threat-detector'

/** One file, and what it looks like; or why it could not be looked at. */
export interface ScannedFile {
  /** As it was found, with `/`. */
  file: string
  source: string
  analysis?: ThreatAnalysis
  /** Why there is no analysis. */
  unread?: string
}

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts'])
/** For one file; a hostile TypeScript could take for ever. */
const TIME_MS = 30_000

export async function scanFiles(files: readonly string[], cwd: string, detector: SandboxThreatDetector): Promise<ScannedFile[]> {
  const scanned: ScannedFile[] = []
  for (const file of files) scanned.push(await scanFile(file, cwd, detector))
  return scanned
}

async function scanFile(file: string, cwd: string, detector: SandboxThreatDetector): Promise<ScannedFile> {
  let source = ''
  try {
    source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(resolve(cwd, file)))
  } catch (error) {
    return { file, source, unread: `it cannot be read: ${(error as Error).message}` }
  }
  const language = TYPESCRIPT.has(extname(file)) ? 'ts' : 'js'
  const signal = AbortSignal.timeout(TIME_MS)
  try {
    return { file, source, analysis: await detector.analyzeElsewhere(source, { language, signal }) }
  } catch (error) {
    if (!signal.aborted) throw error
    return { file, source, unread: `its analysis took longer than ${TIME_MS / 1_000} s` }
  }
}
