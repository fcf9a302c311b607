import { writeFileSync } from 'node:fs'
import { EXIT } from '../exit-codes.js'
import { pageOf } from '../migrate/report/page.js'
import { RULES } from '../migrate/report/readiness.js'
import { makeReport, type Report } from '../migrate/report/report.js'
import { since } from '../migrate/report/since.js'
import { tableOf } from '../migrate/report/table.js'
import { printErr, printOut, UsageError } from '../print.js'

export interface ReportFlags {
  json?: boolean
  html?: string
  site?: string
  since?: string
  minRuns?: number
  minEqual?: number
  requireReady?: boolean
}

/** Tells what the recordings of a migration say. Returns 1 where `--require-ready` is not met. */
export async function migrateReport(folder: string, flags: ReportFlags): Promise<number> {
  let report: Report
  try {
    const { minRuns = RULES.minRuns, minEqual } = flags
    const rules = { ...RULES, minRuns, ...(minEqual !== undefined && { minEqual: minEqual / 100 }) }
    report = await makeReport(folder, { rules, site: flags.site, since: since(flags.since, Date.now()) })
    if (flags.html !== undefined) writeFileSync(flags.html, pageOf(report, Date.now()))
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    if (!(error instanceof UsageError) && code === undefined) throw error
    const hint =
      code === 'ENOENT' && path === folder ? ` There are recordings once a call site runs in shadow mode: docs/guide/leave-vm2.md.` : ''
    printErr(`error: ${message}.${hint}`)
    return EXIT.usage
  }
  printOut(flags.json === true ? JSON.stringify(report, null, 2) : tableOf(report))
  if (flags.html !== undefined) printErr(`Written: ${flags.html}`)
  for (const { file, problem } of report.unreadable) printErr(`error: ${file} cannot be read: ${problem}`)
  if (report.unreadable.length > 0) return EXIT.usage
  const ready = report.sites.length > 0 && report.sites.every(({ state }) => state !== 'not-ready')
  return flags.requireReady === true && !ready ? EXIT.guest : EXIT.ok
}
