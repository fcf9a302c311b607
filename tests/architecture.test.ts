import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from '../packages/core/src/codes.js'
import { importEffects } from './support/import-effects.js'
import {
  APP_ARROWS,
  ARROWS,
  checkArrows,
  checkEngineNames,
  checkExecutors,
  checkForPages,
  checkLibraryOwners,
  checkNoBuiltins,
  checkPages,
  checkWhole,
  staticImports,
} from './support/rules.js'
import { apps, builtEntries, packages, ROOT } from './support/workspace.js'

const all = packages()
/** Sources import `./x.js`, which is `./x.ts` before the build. */
const readSource = (path: string): string => readFileSync(ROOT + (existsSync(ROOT + path) ? path : path.replace(/\.js$/, '.ts')), 'utf8')
const readBuilt = (path: string): string => readFileSync(ROOT + path, 'utf8')

test('ARROWS has no row for a package that is gone', () => {
  expect(Object.keys(ARROWS).filter((folder) => !all.some((one) => one.folder === folder))).toEqual([])
})

describe.each(all.map((one) => ({ name: one.folder, one })))('$name', ({ one }) => {
  test('imports along the arrows only', () => expect(checkArrows(one)).toEqual([]))
  test('does not use another executor', () => expect(checkExecutors(one)).toEqual([]))
  test('names no engine that is not its own (I8)', () => expect(checkEngineNames(one)).toEqual([]))
  test('has its README, exports and tests', () => expect(checkWhole(one)).toEqual([]))
  test.each(builtEntries(one))('%s does nothing at import (I12)', (entry) => {
    expect(importEffects(`${ROOT}packages/${one.folder}/${entry}`)).toEqual([])
  })
})

describe.each(Object.keys(APP_ARROWS))('the app %s', (folder) => {
  const app = apps().find((one) => one.folder === folder)

  test('imports along the arrows only', () => expect(app && checkArrows(app, APP_ARROWS)).toEqual([]))
})

describe('the playground', () => {
  const sources = apps().find(({ folder }) => folder === 'console')?.sources ?? []

  test('names no engine: it has them from explain() (I8)', () => {
    expect(sources.length).toBeGreaterThan(0)
    expect(checkEngineNames({ folder: 'console', manifest: { name: '' }, files: [], sources })).toEqual([])
  })
  test('takes nothing of Node into its page', () => {
    expect(checkForPages(sources.filter(({ path }) => path.startsWith('apps/console/src/')))).toEqual([])
    expect(checkForPages(sources)).not.toEqual([])
  })
})

test('each engine library is used by one package', () => expect(checkLibraryOwners(all)).toEqual([]))

describe('core', () => {
  const core = all.find(({ folder }) => folder === 'core')

  test('has no dependencies', () => {
    const { dependencies, optionalDependencies, peerDependencies } = core?.manifest ?? {}
    expect({ ...dependencies, ...optionalDependencies, ...peerDependencies }).toEqual({})
  })
  test('"." loads nothing but itself: no node: module', () => {
    expect(checkNoBuiltins('packages/core/src/index.ts', readSource)).toEqual([])
    expect(checkNoBuiltins('packages/core/dist/index.js', readBuilt)).toEqual([])
  })
  test('"./engine" has no imports from outside either', () => {
    expect([...staticImports('packages/core/dist/engine.js', readBuilt)]).toEqual([])
  })
})

test('conformance "./kit" can be loaded where there is no Node', () => {
  const outside = [...staticImports('packages/conformance/dist/kit.js', readBuilt)]
  expect(outside.filter((specifier) => !['@beddel/core', '@beddel/core/engine'].includes(specifier))).toEqual([])
})

test('each error code has its page, and each page its code', () => {
  expect(checkPages(Object.keys(ERROR_CODES), readdirSync(`${ROOT}docs/errors`))).toEqual([])
})
