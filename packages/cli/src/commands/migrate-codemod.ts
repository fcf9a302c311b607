import { readFileSync, writeFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import { EXIT } from '../exit-codes.js'
import { codemod } from '../migrate/codemod.js'
import { filesFor } from '../migrate/files.js'
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
  for (const file of files) {
    const before = readFileSync(file, 'utf8')
    const result = codemod(file.replaceAll('\\', '/'), before, { adapter: to === 'adapter' })
    if (result === undefined) continue
    if ('problem' in result) {
      unreadable++
      printErr(`${file}: not changed, since it cannot be read: ${result.problem}`)
      continue
    }
    for (const { line, what, why } of result.left) printErr(`${file}:${line}: left as it is: ${what}: ${why}`)
    if (!result.changed) continue
    changed++
    if (write === true) {
      writeFileSync(file, result.code)
      printErr(`${file}: changed`)
      for (const change of result.changes) printErr(`${file}:${change}`)
    } else {
      // Without the first line, which is for another tool.
      printOut(createTwoFilesPatch(`a/${file}`, `b/${file}`, before, result.code, '', '').replace(/^=+\n/, '').trimEnd())
    }
  }
  const told = write === true ? 'changed' : 'would change; --write changes them'
  printErr(`${files.length} files looked at, ${changed} ${told}${unreadable > 0 ? `, ${unreadable} not readable` : ''}.`)
  return EXIT.ok
}
