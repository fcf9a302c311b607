import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesFor, SOURCES } from './files.js'
import { type Graded, gradeSite } from './grade.js'
import { type Dependent, type LockProblem, vm2Dependents } from './lock/dependents.js'
import { Project } from './project.js'
import { handsOn, isUser, type Left } from './uses.js'

export interface FileUses {
  file: string
  imports: number
  /** Whether it hands vm2 on to the files that import it. */
  reexports: boolean
  sites: Graded[]
  left: Left[]
}

export interface ScanReport {
  scanned: number
  files: FileUses[]
  /** Files that have vm2 by another file of the project. */
  importersOfReexports: { file: string; from: string; line: number }[]
  dependents: Dependent[]
  lockProblems: LockProblem[]
  unreadable: { file: string; problem: string }[]
}

/** All that a project has of vm2. */
export async function scan(folder: string): Promise<ScanReport> {
  const paths = await filesFor([SOURCES], folder)
  const { dependents, problems: lockProblems } = await vm2Dependents(folder)
  const report: ScanReport = { scanned: paths.length, files: [], importersOfReexports: [], dependents, lockProblems, unreadable: [] }
  const codes = new Map<string, string>()
  for (const file of paths) {
    try {
      codes.set(file, readFileSync(join(folder, file), 'utf8'))
    } catch (error) {
      report.unreadable.push({ file, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  const project = new Project(paths)
  for (const [file, uses] of [...project.findAll(codes)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if ('problem' in uses) {
      report.unreadable.push({ file, problem: uses.problem })
      continue
    }
    if (!isUser(uses)) continue
    const { specifiers, sites, left, source, from } = uses
    report.files.push({
      file,
      imports: specifiers.length,
      reexports: handsOn(uses),
      sites: sites.map((site) => gradeSite(source, site)),
      left: left.toSorted((a, b) => a.line - b.line),
    })
    for (const { specifier, line } of from) {
      report.importersOfReexports.push({ file, from: project.resolve(file, specifier) as string, line })
    }
  }
  return report
}
