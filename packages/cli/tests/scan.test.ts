import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GUEST_BUILTINS } from '@beddel/vm2-migration'
import { GUEST_BUILTINS as OURS } from '../src/migrate/guest-builtins.js'
import { scan, type ScanReport } from '../src/migrate/scan.js'

const main = new URL('../dist/main.js', import.meta.url).pathname
let project: string

const FILES: Record<string, string> = {
  'src/rules.ts': "import { VM } from 'vm2'\nexport const check = (s: string) => new VM({ timeout: 50, sandbox: { limit: 1 } }).run(s)\n",
  'src/plugins.cjs':
    "const { NodeVM } = require('vm2')\nnew NodeVM({ require: { external: true, context: 'host', builtin: ['fs', 'path'] }, sandbox: { process } })\n",
  'src/sandbox.js': "export { VM } from 'vm2'\n",
  'src/user.js': "import { VM } from './sandbox.js'\nnew VM()\n",
  'src/broken.js': "import { VM } from 'vm2'; const = 1\n",
  'src/live.js': "import { VM } from 'vm2'\nconst vm = new VM({ sandbox: { store } })\nvm.sandbox.x = 1\n",
  'node_modules/other/index.js': "require('vm2')\n",
  'package-lock.json': JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { vm2: '^3.9.0' } },
      'node_modules/vm2': { version: '3.9.19' },
      'node_modules/degenerator': { version: '4.0.4', dependencies: { vm2: '^3.9.17' } },
    },
  }),
}

const made: string[] = []
function write(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'beddel-scan-'))
  made.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
const scanned = (files: Record<string, string>): Promise<ScanReport> => scan(write(files))

beforeAll(() => {
  project = write(FILES)
})
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true })
})

test('finds uses, grades them with reasons, and who brings vm2 along', async () => {
  const report = await scan(project)
  const grades = report.files.flatMap(({ file, sites }) =>
    sites.map(({ line, className, grade, reasons }) => ({ file, line, className, grade, reasons: reasons.join('; ') })),
  )
  expect(grades).toMatchObject([
    { file: 'src/live.js', line: 2, grade: 'check', reasons: expect.stringMatching(/store.*copy.*sandbox/) },
    {
      file: 'src/plugins.cjs',
      line: 2,
      className: 'NodeVM',
      grade: 'hard',
      reasons: expect.stringMatching(/context.*fs.*process of the host/),
    },
    { file: 'src/rules.ts', line: 2, className: 'VM', grade: 'easy', reasons: '' },
    { file: 'src/user.js', line: 2, className: 'VM', grade: 'easy', reasons: '' },
  ])
  expect(report.importersOfReexports).toEqual([{ file: 'src/user.js', from: 'src/sandbox.js', line: 1 }])
  expect(report.unreadable).toMatchObject([{ file: 'src/broken.js' }])
  expect(report.dependents.map(({ by }) => by)).toEqual(['', 'degenerator'])
})

test('vm2 that comes through files of the project is found where it is used', async () => {
  const found = await scanned({
    'box/index.ts': "export { VM as Box } from 'vm2'",
    'box/all.mts': "export * from 'vm2'\nexport * as vm2 from 'vm2'",
    'second.ts': "export * from './box'\nexport const Again = 1",
    'third.ts':
      "import { Box } from './second.js'\nimport { vm2, NodeVM } from './box/all.mjs'\nnew Box({ timeout: 1 })\nnew vm2.VM()\nnew NodeVM()",
    'c/own.cjs': "const { VM } = require('vm2')\nmodule.exports = VM",
    'c/use.cjs': "const Box = require('./own')\nnew Box()",
    'c/use.mjs': "import Box from './own.cjs'\nnew Box()",
    'c/lazy.mjs': "const { default: Box } = await import('./own.cjs')\nnew Box()",
    'c/types.cts': "import vm2 = require('vm2')\nexport = vm2.VM",
    'c/use.cts': "import Box = require('./types.cjs')\nnew Box()",
    // Of the same name, and of nothing of vm2's.
    'd/own.js': 'module.exports = class {}',
    'd/use.js': "const Box = require('./own')\nnew Box()",
    'a/circle.js': "import { b } from '../b/circle.js'\nexport * from '../b/circle.js'\nnew b.VM()",
    'b/circle.js': "import '../a/circle.js'\nexport * as b from 'vm2'",
  })
  expect(
    found.files
      .filter(({ sites }) => sites.length > 0)
      .map(({ file, sites }) => [file, sites.map(({ line, className }) => `${line} ${className}`).join()]),
  ).toEqual([
    ['a/circle.js', '3 VM'],
    ['c/lazy.mjs', '2 VM'],
    ['c/use.cjs', '2 VM'],
    ['c/use.cts', '2 VM'],
    ['c/use.mjs', '2 VM'],
    ['third.ts', '3 VM,4 VM,5 NodeVM'],
  ])
  expect(found.importersOfReexports.filter(({ file }) => file === 'third.ts')).toEqual([
    { file: 'third.ts', from: 'second.ts', line: 1 },
    { file: 'third.ts', from: 'box/all.mts', line: 2 },
  ])
})

test('options that a constant stands for are graded as if they stood there', async () => {
  const { files } = await scanned({
    'a.ts':
      "import { NodeVM } from 'vm2'\nconst sandbox = { n: 1 }\nconst builtin = ['fs'] as const\nconst options = { sandbox, require: { builtin } } as any\nnew NodeVM(options)\nlet other = {}\nnew NodeVM(other)",
  })
  expect(files[0]?.sites).toMatchObject([
    { grade: 'hard', reasons: ['require.builtin: no version of fs for guests; give it as require.mock'] },
    { grade: 'check', reasons: ['its options are not written here'] },
  ])
})

test('the modules for guests are those of the package', () => expect(OURS).toEqual([...GUEST_BUILTINS]))

test('the commands: scan prints a plan, codemod a diff, and --write the files', () => {
  const cli = (...args: string[]) => spawnSync(process.execPath, [main, 'migrate', ...args], { cwd: project, encoding: 'utf8' })
  expect(cli('scan').stdout).toMatch(
    /4 call sites: 2 easy, 1 to check, 1 hard[^]*This project wants vm2 \^3\.9\.0, here 3\.9\.19[^]*degenerator 4\.0\.4 wants vm2[^]*Plan/,
  )
  expect(JSON.parse(cli('scan', '--json').stdout)).toHaveProperty('files')
  expect(cli('scan', 'nowhere').status).toBe(2)
  const dry = cli('codemod', 'src/**/*.{ts,js,cjs}')
  expect(dry.stdout).toMatch(/^--- a\/src\/live\.js[^]*-import \{ VM \} from 'vm2'[^]*\+import \{ VM \} from '@beddel\/vm2-migration'/)
  expect(dry.stderr).toMatch(/src\/broken\.js: not changed/)
  expect(readFileSync(join(project, 'src/rules.ts'), 'utf8')).toBe(FILES['src/rules.ts'])
  execFileSync('git', ['init', '-q'], { cwd: project })
  execFileSync('git', ['apply', '--check', '-'], { cwd: project, input: dry.stdout, encoding: 'utf8' })
  expect(cli('codemod', 'src/**/*.{ts,js,cjs}', '--write').status).toBe(0)
  expect(readFileSync(join(project, 'src/rules.ts'), 'utf8')).toContain("new VM({ name: 'src/rules:check', timeout: 50")
  expect(readFileSync(join(project, 'src/user.js'), 'utf8')).toBe("import { VM } from './sandbox.js'\nnew VM({ name: 'src/user:top' })\n")
  // A folder stands for what is in it; a path from elsewhere is told from here; what is no text stays as it is.
  const latin = Buffer.from("// caf\xe9\nrequire('vm2')\n", 'latin1')
  writeFileSync(join(project, 'src/latin.js'), latin)
  const again = cli('codemod', 'src', join(project, 'src/latin.js'), '--write')
  expect(again.stderr).toMatch(/src\/latin\.js: not changed.*UTF-8/)
  expect(again.stderr).not.toContain(`${project}/`)
  expect(readFileSync(join(project, 'src/latin.js'))).toEqual(latin)
  expect(cli('codemod', 'nothing/*.x').status).toBe(2)
})
