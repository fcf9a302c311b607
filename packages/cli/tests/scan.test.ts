import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GUEST_BUILTINS } from '@beddel/vm2-migration'
import { GUEST_BUILTINS as OURS } from '../src/migrate/guest-builtins.js'
import { vm2Dependents } from '../src/migrate/lock-files.js'
import { scan } from '../src/migrate/scan.js'

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

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'beddel-scan-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, name)), { recursive: true })
    writeFileSync(join(project, name), text)
  }
})
afterAll(() => rmSync(project, { recursive: true }))

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
  ])
  expect(report.importersOfReexports).toEqual([{ file: 'src/user.js', from: 'src/sandbox.js', line: 1 }])
  expect(report.unreadable).toMatchObject([{ file: 'src/broken.js' }])
  expect(report.dependents.map(({ by }) => by)).toEqual(['', 'degenerator'])
})

test('reads the lock files of pnpm and yarn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'beddel-lock-'))
  writeFileSync(
    join(folder, 'pnpm-lock.yaml'),
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      vm2:\n        specifier: ^3.9.0\n        version: 3.9.19\n\npackages:\n\n  vm2@3.9.19:\n    resolution: {}\n\nsnapshots:\n\n  'degenerator@4.0.4':\n    dependencies:\n      ast-types: 0.13.4\n      vm2: 3.9.19\n\n  vm2@3.9.19: {}\n",
  )
  writeFileSync(
    join(folder, 'yarn.lock'),
    'degenerator@^4.0.0, degenerator@^4.0.4:\n  version "4.0.4"\n  dependencies:\n    vm2 "^3.9.17"\n\nvm2@^3.9.17:\n  version "3.9.19"\n',
  )
  try {
    expect(vm2Dependents(folder)).toEqual([
      { lockFile: 'pnpm-lock.yaml', by: '', wants: 'vm2' },
      { lockFile: 'pnpm-lock.yaml', by: 'degenerator@4.0.4', wants: '3.9.19' },
      { lockFile: 'yarn.lock', by: 'degenerator', wants: '^3.9.17' },
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the modules for guests are those of the package', () => expect(OURS).toEqual([...GUEST_BUILTINS]))

test('the commands: scan prints a plan, codemod a diff, and --write the files', () => {
  const cli = (...args: string[]) => spawnSync(process.execPath, [main, 'migrate', ...args], { cwd: project, encoding: 'utf8' })
  expect(cli('scan').stdout).toMatch(/3 call sites: 1 easy, 1 to check, 1 hard[^]*degenerator wants vm2[^]*Plan/)
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
  expect(cli('codemod', 'nothing/*.x').status).toBe(2)
})
