import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { keepThrown } from '../src/keep-thrown.js'

interface Ran {
  value?: unknown
  thrown?: unknown
  seen: unknown[]
}

function run(source: string): Ran {
  const seen: unknown[] = []
  const watch = (body: () => unknown): unknown => {
    try {
      return body()
    } catch (error) {
      seen.push(error)
      throw error
    }
  }
  try {
    return { value: runInNewContext(keepThrown(source, 'watch'), { watch }) as unknown, seen }
  } catch (thrown) {
    return { thrown, seen }
  }
}

test.for([
  'throw 1',
  'let a = 1; throw a',
  'function f() { throw 1 } f()',
  'const a = (() => { throw 1 })()',
  'var b = 2, a = (() => { throw 1 })()',
  '5\nlet a = 1\n;(() => { throw a })()',
  'if (true) { throw 1 }',
  '{ let a = 1; throw a }',
  'for (const a of [1]) throw a',
  '"use strict"\nthrow 1',
  'a: for (;;) { throw 1 }',
])('shows what leaves %j', (source) => {
  expect(run(source)).toEqual({ thrown: 1, seen: [1] })
})

test.for([
  ['1; 2', 2],
  ['3; let a = 1', 3],
  ['4; let a = 1; {}', 4],
  ['{}', undefined],
  ['"use strict"; let a = 1', 'use strict'],
  ['5\nfunction f() {}', 5],
  ['let a = 1\na', 1],
  ['let a = 6;\n/a/.test("a") ? a : 0', 6],
  ['do {} while (0) 7', 7],
  ['try { throw 1 } catch { 8 }', 8],
  ['var a = 9, b; let c = a; c', 9],
  ['const a = () => {}; a.name', 'a'],
  ['let a = class {}; a.name', 'a'],
  ['let a = 10 // end\na', 10],
  ['', undefined],
  ['// nothing', undefined],
] as const)('leaves the value of %j', ([source, value]) => {
  expect(run(source)).toEqual({ value, seen: [] })
})

test('does not show what the script catches', () => {
  expect(run('try { throw 1 } catch {} let a = (() => { try { throw 2 } catch { return 3 } })(); a')).toEqual({ value: 3, seen: [] })
})

test('keeps lines', () => {
  const source = 'let a = 1\nlet b = f(\n)\na\n\nb'
  expect(keepThrown(source, 'watch').split('\n').length).toBe(source.split('\n').length)
})

test('refuses what cannot be parsed', () => {
  expect(() => keepThrown('}', 'watch')).toThrow(expect.objectContaining({ name: 'SourceError' }))
})
