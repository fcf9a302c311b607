import { createRequire } from 'node:module'
import type { Severity } from '@beddel/threat-detector'
import { SandboxError } from '@beddel/sandbox-adapter'
import { EXIT } from '../exit-codes.js'
import { filesFor } from '../migrate/files.js'
import { printErr, printOut, UsageError } from '../print.js'
import { loadDetector } from '../signing/load.js'
import { page } from '../threats/page.js'
import { sarif } from '../threats/sarif.js'
import type { ScanFlags } from '../threats/scan-flags.js'
import { scanFiles, type ScannedFile } from '../threats/scan-files.js'

const RANKS: Record<Severity, number> = { none: 0, low: 1, medium: 2, high: 3, critical: 4 }

/** Says what files look like before they run; 1 where one is as bad as `failOn`, or could not be looked at. */
export async function scan(globs: readonly string[], { json, sarif: asSarif, failOn, threshold, ignore }: ScanFlags): Promise<number> {
  try {
    if (json && asSarif) throw new UsageError('Give either --json or --sarif.')
    const cwd = process.cwd()
    const files = await filesFor(globs, cwd)
    if (files.length === 0)
      throw new UsageError(`No file is meant by ${globs.join(' ')}. node_modules, dist, build and coverage are left out.`)
    const detectors = await loadDetector()
    const options = { ...(threshold !== undefined && { blockThreshold: threshold }), ...(ignore && { ignore }) }
    await using detector = new detectors.SandboxThreatDetector(options)
    const scanned = await scanFiles(files, cwd, detector)
    if (asSarif) printOut(JSON.stringify(sarif(scanned, detectors, ownVersion()), null, 2))
    else if (json) printOut(JSON.stringify({ files: scanned.map(({ file, analysis, unread }) => ({ file, analysis, unread })) }, null, 2))
    else printOut(page(scanned))
    return failOn !== 'never' && scanned.some((file) => rankOf(file) >= RANKS[failOn]) ? EXIT.guest : EXIT.ok
  } catch (error) {
    if (!(error instanceof UsageError) && !SandboxError.isInstance(error)) throw error
    printErr(`error: ${error.message}`)
    return EXIT.usage
  }
}

/** A file that was not looked at is as bad as one that cannot be parsed. */
const rankOf = ({ analysis }: ScannedFile): number => RANKS[analysis?.severity ?? 'high']

const ownVersion = (): string => (createRequire(import.meta.url)('../package.json') as { version: string }).version
