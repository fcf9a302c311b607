import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codemod } from '../src/migrate/codemod.js'
import { adapterProject } from './adapter-project.js'

let project: string
beforeAll(() => {
  project = adapterProject()
})
afterAll(() => rmSync(project, { recursive: true }))

/** What a program prints once its runs go to the adapter. */
function printed(file: string, code: string): string {
  const result = codemod(file, code, { adapter: true })
  if (result === undefined || 'problem' in result) throw new Error(`no result: ${result?.problem}`)
  expect(result.left).toEqual([])
  expect(result.code).not.toMatch(/vm2['"]/)
  writeFileSync(join(project, file), result.code)
  const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project, encoding: 'utf8', timeout: 25_000 })
  return stdout + stderr
}

const MAIN = "async function main() { console.log(new VM({ sandbox: { n: 1 } }).run('n + 1'), limit); process.exit() }"

test.each([
  ['a statement before the only load', 'a.cjs', `'use strict'\nconst limit = 5\nconst { VM } = require('vm2')\n${MAIN}\nmain()\n`],
  [
    'a statement between the loads',
    'b.cjs',
    `const path = require('path')\nconst limit = path.sep.length + 4\nconst { VM } = require('vm2')\n${MAIN}\nmain()\n`,
  ],
  [
    'a call that stands above the load, of what loads by itself',
    'c.cjs',
    `${MAIN.replace('VM(', "(require('vm2').VM)(")}\nvar limit = 5\nmain()\n`,
  ],
  [
    'a load that calls a function of the file at once',
    'e.cjs',
    `const { VM } = require('vm2')\nconst done = require('util').types.isPromise(main(5))\nasync function main(limit) { console.log(new VM({ sandbox: { n: 1 } }).run('n + 1'), limit); process.exit() }\n`,
  ],
  ['an import below a statement', 'f.mjs', `const limit = 5\nimport { VM } from 'vm2'\n${MAIN}\nmain()\n`],
  [
    'a line that would go on with the one before',
    'g.cjs',
    `(async () => { console.log(new (require('vm2').VM)({ sandbox: { n: 1 } }).run('n + 1'), 5)\nprocess.exit() })()\n`,
  ],
])('it runs with %s', { timeout: 30_000 }, (_, file, code) => expect(printed(file, code)).toBe('2 5\n'))

test.each([
  ['SandboxAdapter', 'h.mjs', `import { VM } from 'vm2'\nclass SandboxAdapter {}\nconst limit = 5\n${MAIN}\nawait main(SandboxAdapter)\n`],
  [
    'SandboxAdapter',
    'i.cjs',
    `const { VM } = require('vm2')\nfunction SandboxAdapter() {}\nconst limit = 5\n${MAIN}\nmain(SandboxAdapter)\n`,
  ],
  [
    'syncHostFunction',
    'j.mjs',
    `import { VM } from 'vm2'\nconst syncHostFunction = 5\nconsole.log(new VM({ sandbox: { n: () => 1 } }).run('n() + 1'), syncHostFunction)\nprocess.exit()\n`,
  ],
  [
    'SandboxAdapter, of the adapter itself',
    'k.mjs',
    `import { SandboxAdapter } from '@beddel/sandbox-adapter'\nimport { VM } from 'vm2'\nconst limit = new SandboxAdapter() && 5\n${MAIN}\nawait main()\n`,
  ],
])('it runs where the file has a %s already', { timeout: 30_000 }, (_, file, code) => expect(printed(file, code)).toBe('2 5\n'))
