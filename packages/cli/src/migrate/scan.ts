import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesFor, SOURCES } from './files.js'
import { type Graded, gradeSite } from './grade.js'
import { type Dependent, vm2Dependents } from './lock-files.js'
import { findUses, type Left } from './uses.js'

export interface FileUses {
  file: string
  imports: number
  reexports: boolean
  sites: Graded[]
  left: Left[]
}

export interface ScanReport {
  scanned: number
  files: FileUses[]
  /** Files that hand vm2 on, and those that import them: their uses of the classes are not told apart from others. */
  importersOfReexports: { file: string; from: string; line: number }[]
  dependents: Dependent[]
  unreadable: { file: string; problem: string }[]
}

/** All that a project has of vm2. */
export async function scan(folder: string): Promise<ScanReport> {
  const paths = await filesFor([SOURCES], folder)
  const report: ScanReport = {
    scanned: paths.length,
    files: [],
    importersOfReexports: [],
    dependents: vm2Dependents(folder),
    unreadable: [],
  }
  const others = new Map<string, string>()
  for (const file of paths) {
    const code = readFileSync(join(folder, file), 'utf8')
    others.set(file, code)
    if (!code.includes('vm2')) continue
    const uses = findUses(file, code)
    if ('problem' in uses) {
      report.unreadable.push({ file, problem: uses.problem })
      continue
    }
    const { specifiers, sites, left, reexports, source } = uses
    if (specifiers.length === 0 && left.length === 0) continue
    report.files.push({ file, imports: specifiers.length, reexports, sites: sites.map((site) => gradeSite(source, site)), left })
  }
  for (const { file } of report.files.filter(({ reexports }) => reexports)) {
    const stem = file
      .replace(/\.[cm]?[jt]sx?$/, '')
      .split('/')
      .at(-1) as string
    const mention = new RegExp(
      `(?:from|require\\(|import\\()\\s*['"](\\.[^'"]*/)?${stem.replaceAll(/[^\w-]/g, '.')}(?:\\.[cm]?[jt]sx?)?['"]`,
    )
    for (const [other, code] of others) {
      if (other === file) continue
      const line = code.split('\n').findIndex((text) => mention.test(text))
      if (line >= 0) report.importersOfReexports.push({ file: other, from: file, line: line + 1 })
    }
  }
  return report
}
