import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT } from '../exit-codes.js'
import type { Grade } from '../migrate/grade.js'
import type { Dependent } from '../migrate/lock/dependents.js'
import { scan, type ScanReport } from '../migrate/scan.js'
import { printErr, printOut } from '../print.js'

/** Finds the uses of vm2 in a project, grades them and prints the plan. */
export async function migrateScan(folder: string, { json }: { json?: boolean }): Promise<number> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    printErr(`${folder} is not a folder.`)
    return EXIT.usage
  }
  const report = await scan(resolve(folder))
  printOut(json === true ? JSON.stringify(report, null, 2) : page(report))
  return EXIT.ok
}

function page(report: ScanReport): string {
  const { scanned, files, dependents, importersOfReexports, lockProblems, unreadable } = report
  const sites = files.flatMap(({ sites }) => sites)
  const count = (grade: Grade): number => sites.filter((site) => site.grade === grade).length
  const lines = [
    `${scanned} files, ${files.length} with vm2, ${sites.length} call sites: ${count('easy')} easy, ${count('check')} to check, ${count('hard')} hard.`,
  ]
  for (const { file, sites: own, left, reexports } of files) {
    lines.push('', `${file}${reexports ? '  (hands vm2 on)' : ''}`)
    for (const { line, className, grade, reasons } of own)
      lines.push(`  ${line}: new ${className}  ${grade}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`)
    for (const { line, what, why } of left) lines.push(`  ${line}: ${what}  by hand: ${why}`)
  }
  for (const { file, line, from } of importersOfReexports) lines.push('', `${file}:${line} imports ${from}, which hands vm2 on`)
  for (const { file, problem } of unreadable) lines.push('', `${file} cannot be read: ${problem}`)
  const own = dependents.filter((one) => one.own)
  if (own.length > 0) lines.push('', ...own.map(broughtBy))
  const others = dependents.filter((one) => !one.own)
  if (others.length > 0)
    lines.push('', 'Packages that bring vm2 along; update or replace them:', ...others.map((one) => `  ${broughtBy(one)}`))
  for (const { lockFile, problem } of lockProblems)
    lines.push('', lockFile === '' ? `${problem}: which packages bring vm2 along is not known` : `${lockFile} cannot be read: ${problem}`)
  return [...lines, '', ...plan(report, count('hard'))].join('\n')
}

/** `degenerator 4.0.4 wants vm2 ^3.9.17, here 3.9.19; it comes with proxy-agent > pac-resolver (package-lock.json)` */
function broughtBy({ by, version, wants, gets, path, lockFile }: Dependent): string {
  const way = path.slice(0, -1)
  return (
    `${by === '' ? 'This project' : by}${version === undefined ? '' : ` ${version}`} wants vm2 ${wants}${gets === undefined ? '' : `, here ${gets}`}` +
    `${way.length === 0 ? '' : `; it comes with ${way.join(' > ')}`} (${lockFile})`
  )
}

function plan({ files, dependents }: ScanReport, hard: number): string[] {
  if (files.length === 0 && dependents.length === 0) return ['Nothing here uses vm2.']
  const steps = [
    ...(files.length === 0
      ? []
      : [
          'npm install @beddel/vm2-migration @beddel/executor-vm2-legacy',
          'beddel-sandbox migrate codemod . --write    changes the imports and names the call sites; vm2 stays the engine',
          'Let another engine run beside (shadow mode), the easy call sites first, and read beddel-sandbox migrate report',
          ...(hard > 0 ? ['Rewrite what is graded hard; the reason says how'] : []),
          'Set [migration] engine in beddel.toml when all call sites are moved, then remove @beddel/executor-vm2-legacy and vm2',
        ]),
    ...(dependents.some(({ own }) => !own) ? ['Update the packages that bring vm2 along: this tool changes your own files only'] : []),
  ]
  return ['Plan', ...steps.map((step, i) => `  ${i + 1}. ${step}`)]
}
