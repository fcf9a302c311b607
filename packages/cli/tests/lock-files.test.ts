import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { vm2Dependents } from '../src/migrate/lock/dependents.js'

let root: string
let count = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'beddel-lock-'))
})
afterAll(() => rmSync(root, { recursive: true }))

function read(files: Record<string, string>): ReturnType<typeof vm2Dependents> {
  const folder = join(root, String(count++))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return vm2Dependents(folder)
}

const MANIFEST = JSON.stringify({ dependencies: { 'proxy-agent': '5', vm2: '^3.9.0' }, devDependencies: { other: '1' } })
const PACKAGES = {
  'node_modules/proxy-agent': { version: '5.0.0', dependencies: { degenerator: '^4.0.0' } },
  // Two versions of one package: the first has vm2 no more.
  'node_modules/degenerator': { version: '5.0.0' },
  'node_modules/proxy-agent/node_modules/degenerator': { version: '4.0.4', dependencies: { vm2: '^3.9.17' } },
  'node_modules/other': { version: '1.0.0', dependencies: { degenerator: '5' } },
  'node_modules/vm2': { version: '3.9.19' },
}

const FILES: Record<string, Record<string, string>> = {
  'npm 7 and later': { 'package-lock.json': JSON.stringify({ packages: { '': JSON.parse(MANIFEST) as object, ...PACKAGES } }) },
  'npm 6': {
    'package.json': MANIFEST,
    'npm-shrinkwrap.json': JSON.stringify({
      dependencies: {
        'proxy-agent': {
          version: '5.0.0',
          requires: { degenerator: '^4.0.0' },
          dependencies: { degenerator: { version: '4.0.4', requires: { vm2: '^3.9.17' } } },
        },
        degenerator: { version: '5.0.0' },
        other: { version: '1.0.0', requires: { degenerator: '5' } },
        vm2: { version: '3.9.19' },
      },
    }),
  },
  'pnpm 9': {
    'pnpm-lock.yaml': `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      proxy-agent:
        specifier: '5'
        version: 5.0.0(peer@1.0.0)
      vm2:
        specifier: ^3.9.0
        version: 3.9.19
    devDependencies:
      other:
        specifier: '1'
        version: 1.0.0

packages:

  proxy-agent@5.0.0:
    resolution: {integrity: sha512-x}
    peerDependencies:
      peer: '*'

snapshots:

  degenerator@4.0.4:
    dependencies:
      vm2: 3.9.19

  degenerator@5.0.0: {}

  other@1.0.0:
    dependencies:
      degenerator: 5.0.0

  'proxy-agent@5.0.0(peer@1.0.0)':
    dependencies:
      degenerator: 4.0.4
    transitivePeerDependencies:
      - supports-color

  vm2@3.9.19: {}
`,
  },
  'pnpm 5 and 6': {
    'pnpm-lock.yaml': `lockfileVersion: 5.4

specifiers:
  proxy-agent: '5'
  vm2: ^3.9.0
  other: '1'

dependencies:
  proxy-agent: 5.0.0_peer@1.0.0
  vm2: 3.9.19

devDependencies:
  other: 1.0.0

packages:

  /degenerator/4.0.4:
    dependencies:
      vm2: 3.9.19

  /degenerator/5.0.0:
    resolution: {integrity: sha512-x}
    dev: true

  /other/1.0.0:
    dependencies:
      degenerator: 5.0.0

  /proxy-agent/5.0.0_peer@1.0.0:
    dependencies:
      degenerator: 4.0.4

  /vm2/3.9.19:
    resolution: {integrity: sha512-x}
`,
  },
  'yarn 1': {
    'package.json': MANIFEST,
    'yarn.lock': `# yarn lockfile v1


degenerator@5, degenerator@^5.0.0:
  version "5.0.0"
  resolved "https://registry.example/degenerator/-/degenerator-5.0.0.tgz#x"

degenerator@^4.0.0:
  version "4.0.4"
  resolved "https://registry.example/degenerator/-/degenerator-4.0.4.tgz#x"
  dependencies:
    vm2 "^3.9.17"

other@1:
  version "1.0.0"
  dependencies:
    degenerator "5"

"proxy-agent@5", "proxy-agent@>=5 <6":
  version "5.0.0"
  dependencies:
    degenerator "^4.0.0"

vm2@^3.9.0, vm2@^3.9.17:
  version "3.9.19"
`,
  },
  'yarn of later versions': {
    'yarn.lock': `__metadata:
  version: 8

"degenerator@npm:5":
  version: 5.0.0
  resolution: "degenerator@npm:5.0.0"
  languageName: node

"degenerator@npm:^4.0.0":
  version: 4.0.4
  resolution: "degenerator@npm:4.0.4"
  dependencies:
    vm2: "npm:^3.9.17"

"other@npm:1":
  version: 1.0.0
  resolution: "other@npm:1.0.0"
  dependencies:
    degenerator: "npm:5"

"project@workspace:.":
  version: 0.0.0-use.local
  resolution: "project@workspace:."
  dependencies:
    other: "npm:1"
    proxy-agent: "npm:5"
    vm2: "npm:^3.9.0"
  languageName: unknown

"proxy-agent@npm:5":
  version: 5.0.0
  resolution: "proxy-agent@npm:5.0.0"
  dependencies:
    degenerator: "npm:^4.0.0"

"vm2@npm:^3.9.0, vm2@npm:^3.9.17":
  version: 3.9.19
  resolution: "vm2@npm:3.9.19"
`,
  },
}

test.each(Object.entries(FILES))('%s: who brings vm2, and by which way', async (_, files) => {
  const { dependents, problems } = await read(files)
  expect(problems).toEqual([])
  expect(dependents).toMatchObject([
    { by: '', own: true, wants: '^3.9.0', gets: '3.9.19', path: [] },
    { by: 'degenerator', own: false, version: '4.0.4', gets: '3.9.19', path: ['proxy-agent', 'degenerator'] },
  ])
})

test('vm2 under another name', async () => {
  const npm = { packages: { '': { dependencies: { box: 'npm:vm2@3' } }, 'node_modules/box': { name: 'vm2', version: '3.9.19' } } }
  const yarn = 'box@npm:vm2@3:\n  version "3.9.19"\n  resolved "https://registry.example/vm2/-/vm2-3.9.19.tgz#x"\n'
  const pnpm =
    'importers:\n  .:\n    dependencies:\n      box:\n        specifier: npm:vm2@3\n        version: vm2@3.9.19\nsnapshots:\n  vm2@3.9.19: {}\n'
  const { dependents } = await read({
    'a/package-lock.json': JSON.stringify(npm),
    'b/yarn.lock': yarn.replace('box@npm:vm2@3:', '"box@npm:vm2@3":'),
    'b/package.json': JSON.stringify({ dependencies: { box: 'npm:vm2@3' } }),
    'c/pnpm-lock.yaml': pnpm,
  })
  expect(dependents.map(({ lockFile, gets }) => `${lockFile} ${gets}`)).toEqual([
    'a/package-lock.json 3.9.19',
    'b/yarn.lock 3.9.19',
    'c/pnpm-lock.yaml 3.9.19',
  ])
})

test('packages of a workspace, and circles', async () => {
  const packages = {
    '': { workspaces: ['packages/*'] },
    'packages/a': { dependencies: { one: '1' } },
    'node_modules/a': { resolved: 'packages/a', link: true },
    'node_modules/one': { version: '1.0.0', dependencies: { two: '1' } },
    'node_modules/two': { version: '1.0.0', dependencies: { one: '1', vm2: '3' } },
    'node_modules/lost': { version: '1.0.0', dependencies: { vm2: '2' } },
    'node_modules/vm2': { version: '3.9.19' },
  }
  const { dependents } = await read({ 'package-lock.json': JSON.stringify({ packages }) })
  expect(dependents.map(({ by, path }) => [by, path.join(' ')])).toEqual([
    ['two', 'packages/a one two'],
    ['lost', 'lost'],
  ])
})

test('a file that cannot be read, and none at all, are told', async () => {
  expect(await read({ 'package-lock.json': '{', 'yarn.lock': '\u0000' })).toMatchObject({
    dependents: [],
    problems: [{ lockFile: 'package-lock.json' }],
  })
  expect(await read({ 'package.json': MANIFEST })).toMatchObject({
    problems: [{ lockFile: '', problem: expect.stringContaining('no lock file') }],
  })
})
