import { isUtf8 } from 'node:buffer'
import { readFileSync, writeFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import { EXIT } from '../exit-codes.js'
import { rewrite } from '../migrate/codemod.js'
import { filesFor } from '../migrate/files.js'
import { Project } from '../migrate/project.js'
import { printErr, printOut } from '../print.js'

export interface CodemodFlags {
  write?: boolean
  to?: string
}

/** Changes files, or prints as a unified diff what it would change; what it left goes to stderr. */
export async function migrateCodemod(globs: readonly string[], { write, to }: CodemodFlags): Promise<number> {
  const files = await filesFor(globs, process.cwd())
  if (files.length === 0) {
    printErr(`No file matches ${globs.join(' ')}.`)
    return EXIT.usage
  }
  let changed = 0
  let unreadable = 0
  const notChanged = (file: string, why: string): void => {
    unreadable++
    printErr(`${file}: not changed, since it cannot be read: ${why}`)
  }
  const codes = new Map<string, string>()
  for (const file of files) {
    const code = textOf(file)
    if (typeof code === 'string') codes.set(file, code)
    else notChanged(file, code.problem)
  }
  for (const [file, uses] of [...new Project(files, { followNew: true }).findAll(codes)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if ('problem' in uses) {
      notChanged(file, uses.problem)
      continue
    }
    const before = codes.get(file) as string
    const result = rewrite(uses, { adapter: to === 'adapter' })
    if (result === undefined) continue
    for (const { line, what, why } of result.left) printErr(`${file}:${line}: left as it is: ${what}: ${why}`)
    if (!result.changed) continue
    changed++
    // What a diff does not say by itself: that a rewritten run behaves otherwise.
    if (write === true || to === 'adapter') for (const change of result.changes) printErr(`${file}:${change}`)
    if (write === true) {
      writeFileSync(file, result.code)
      printErr(`${file}: changed`)
    } else {
      // Without the first line, which is for another tool.
      printOut(createTwoFilesPatch(`a/${file}`, `b/${file}`, before, result.code, '', '').replace(/^=+\n/, '').replace(/\n$/, ''))
    }
  }
  const told = write === true ? 'changed' : 'would change; --write changes them'
  printErr(`${files.length} files looked at, ${changed} ${told}${unreadable > 0 ? `, ${unreadable} not readable` : ''}.`)
  return EXIT.ok
}

/** What is not UTF-8 would not be written as it was. */
function textOf(file: string): string | { problem: string } {
  try {
    const bytes = readFileSync(file)
    return isUtf8(bytes) ? bytes.toString('utf8') : { problem: 'it is not UTF-8' }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
