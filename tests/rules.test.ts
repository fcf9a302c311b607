// The checks of architecture.test.ts, each shown to fail on a small workspace that breaks its rule.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importEffects } from './support/import-effects.js'
import {
  checkArrows,
  checkEngineNames,
  checkExecutors,
  checkLibraryOwners,
  checkNoBuiltins,
  checkPages,
  checkWhole,
} from './support/rules.js'
import { factsOf } from './support/source-facts.js'
import type { Manifest, Package } from './support/workspace.js'

function fake(folder: string, code: string, manifest: Partial<Manifest> = {}, file = 'index'): Package {
  const path = `packages/${folder}/src/${file}.ts`
  return {
    folder,
    manifest: { name: `@beddel/${folder}`, ...manifest },
    sources: [{ path, text: code }],
    files: ['README.md', `src/${file}.ts`, 'tests/a.test.ts'],
  }
}

describe('facts of a source', () => {
  test('every way to import', () => {
    const text = `
      import a from 'a'; import type b from 'b'; export * from 'c'; export { d } from 'd'
      const e = await import('e'); const f = require('f'); const g = require.resolve('g')
      const h: import('h').H = import.meta.resolve('i'); const j = Promise.resolve('text') // import 'k'`
    const { imports, strings } = factsOf({ path: 'x.ts', text })
    expect(imports.map(({ specifier, kind }) => `${specifier} ${kind}`)).toEqual([
      'a static',
      'b type',
      'c static',
      'd static',
      'e dynamic',
      'f dynamic',
      'g dynamic',
      'h type',
      'i dynamic',
    ])
    expect(strings).toEqual(['text'])
  })
  test('what cannot be parsed is said', () => expect(() => factsOf({ path: 'x.ts', text: 'let = = 1' })).toThrow('x.ts'))
})

describe('arrows', () => {
  const deps = (...names: string[]): Partial<Manifest> => ({
    dependencies: Object.fromEntries(names.map((name) => [`@beddel/${name}`, '*'])),
  })
  test('hold where they are kept', () => {
    expect(checkArrows(fake('executor-quickjs', `import '@beddel/core/engine'; import fs from 'node:fs'`, deps('core')))).toEqual([])
    expect(checkArrows(fake('sandbox-adapter', `const load = () => import('@beddel/executor-worker')`))).toEqual([])
  })
  test.each([
    ['a dependency against the arrow', fake('core', '', deps('process-host'))],
    ['an import against the arrow', fake('process-host', `import '@beddel/sandbox-adapter'`, deps('core'))],
    ['a lazy one taken eagerly', fake('sandbox-adapter', `import '@beddel/executor-worker'`)],
    ['an import that package.json does not list', fake('process-host', `import '@beddel/core'`)],
    ['a way around through relative paths', fake('cli', `import '../../core/src/codes.js'`)],
    ['an undeclared peer', fake('core', '', { peerDependencies: { '@beddel/cli': '*' } })],
    ['a package without a row', fake('brand-new', '')],
  ])('%s', (_name, one) => expect(checkArrows(one)).toHaveLength(1))
})

test('an executor that imports another one', () => {
  expect(checkExecutors(fake('executor-worker', `const other = () => import('@beddel/executor-quickjs')`))).toHaveLength(1)
  expect(checkExecutors(fake('executor-worker', `import '@beddel/core'`))).toEqual([])
})

test('a library used by a second package', () => {
  expect(checkLibraryOwners([fake('cli', `import type ivm from 'isolated-vm'`)])).toHaveLength(1)
  expect(checkLibraryOwners([fake('cli', '', { devDependencies: { vm2: '*' } })])).toHaveLength(1)
  expect(checkLibraryOwners([fake('executor-worker', `import 'tinypool'`)])).toEqual([])
})

test.each([
  [`const engine = 'worker'`, 1],
  ['throw new Error(`quickjs is not installed`)', 1],
  [`type Engine = 'vm2'`, 1],
  [`// only quickjs does this\nimport 'node:worker_threads'`, 0],
  [`const word = 'a worker thread'; const env = 'BEDDEL_ALLOW_VM2'`, 0],
])('engine names (I8): %s', (code, count) => {
  expect(checkEngineNames(fake('core', code))).toHaveLength(count)
  expect(checkEngineNames(fake('sandbox-adapter', code, {}, 'engines'))).toEqual([])
})

test('a node: module behind a relative import', () => {
  const files: Record<string, string> = { 'a/index.js': `export * from './b.js'`, 'a/b.js': `import { readFileSync } from 'node:fs'` }
  expect(checkNoBuiltins('a/index.js', (path) => files[path] as string)).toHaveLength(1)
  files['a/b.js'] = `import type { Stats } from 'node:fs'`
  expect(checkNoBuiltins('a/index.js', (path) => files[path] as string)).toEqual([])
})

test('a code without a page and a page without a code', () => {
  expect(checkPages(['A', 'B'], ['B.md', 'C.md'])).toEqual(['A has no page', 'C.md is about no code'])
})

test('a package without README, exports or tests', () => {
  const bare = { ...fake('core', ''), files: [] }
  expect(checkWhole(bare)).toHaveLength(3)
  expect(checkWhole(fake('core', '', { exports: { '.': './dist/index.js' } }))).toEqual([])
})

describe('effects of an import (I12)', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'import-effects-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['a global', 'globalThis.leaked = 1', 'a new global: leaked'],
    ['a built-in', 'Array.prototype.extra = () => {}', 'a built-in was changed'],
    ['a file', `import { writeFileSync } from 'node:fs'; writeFileSync(new URL('./out.txt', import.meta.url), '')`, 'a file was written'],
    ['a child', `import { spawn } from 'node:child_process'; spawn('true')`, 'a process was started'],
    ['a thread', `import { Worker } from 'node:worker_threads'; new Worker('', { eval: true })`, 'a thread was started'],
    ['a timer', 'setInterval(() => {}, 1000)', 'a handle is left open: Timeout'],
    ['a later timer', 'queueMicrotask(() => setInterval(() => {}, 1000))', 'a handle is left open: Timeout'],
    ['a listener', `process.on('exit', () => {})`, 'a process listener: exit'],
    ['the environment', `process.env.LEAKED = '1'`, 'the environment was changed'],
    ['an add-on', `try { process.dlopen({}, 'no.node') } catch {}`, 'a native add-on was loaded'],
    ['a failure', `throw new Error('broken')`, 'the import failed'],
    ['nothing', 'export const quiet = 1', undefined],
  ])('%s', (_name, code, effect) => {
    const file = join(folder, 'module.mjs')
    writeFileSync(file, code)
    const effects = importEffects(file)
    if (effect === undefined) expect(effects).toEqual([])
    else expect(effects.join('\n')).toContain(effect)
  })
})
