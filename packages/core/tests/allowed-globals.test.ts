import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { ALLOWED_GLOBALS, findExtraGlobals, WEB_GLOBALS } from '../dist/engine.js'

const NEVER = [
  'eval',
  'Function',
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'process',
  'require',
  'console',
  'fetch',
  'Buffer',
  'global',
]

describe('the list', () => {
  test('is sorted, without repeats, and every name exists in a bare realm', () => {
    expect(ALLOWED_GLOBALS).toEqual([...new Set(ALLOWED_GLOBALS)].toSorted())
    const present = runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]
    expect(ALLOWED_GLOBALS.filter((name) => !present.includes(name))).toEqual([])
  })
  test.each(NEVER)('%s is not on it', (name) => {
    expect(ALLOWED_GLOBALS).not.toContain(name)
    expect(WEB_GLOBALS).not.toContain(name)
  })
  test('stays as it is: 57 names and 13 of the web', () => expect([ALLOWED_GLOBALS.length, WEB_GLOBALS.length]).toEqual([57, 13]))
})

describe('findExtraGlobals', () => {
  const names = ['Array', 'eval', 'Function', 'WebAssembly', 'Atomics', 'somethingNew']
  test.each([
    [{ codegen: false, wasm: false }, 'eval,Function,WebAssembly,Atomics,somethingNew'],
    [{ codegen: true, wasm: false }, 'WebAssembly,Atomics,somethingNew'],
    [{ codegen: false, wasm: true }, 'eval,Function,Atomics,somethingNew'],
  ])('%o', (options, extra) => expect(findExtraGlobals(names, options)).toBe(extra))
})
