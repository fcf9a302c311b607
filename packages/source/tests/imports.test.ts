import { expect, test } from 'vitest'
import { moduleAsBody, replaceImports } from '../src/index.js'

const runModule = (source: string): Promise<unknown> => {
  const { code } = moduleAsBody(source, 'imp0rt')
  return (0, eval)(`(async function(){${code}\n})`)() as Promise<unknown>
}

test.each([
  ['import("a")', 'imp0rt("a")'],
  ['"import(x)"; /import(x)/; `import(x)${import("b")}`', '"import(x)"; /import(x)/; `import(x)${imp0rt("b")}`'],
  ['a?.return /import("x")/ 1', 'a?.return /imp0rt("x")/ 1'],
  ['o.import(1); ({ import: 2 }) // import(3)', 'o.import(1); ({ import: 2 }) // import(3)'],
  ['f = async () => await import /* c */\n ("x", { with: {} })', 'f = async () => await imp0rt /* c */\n ("x", { with: {} })'],
])('replaces what imports and nothing else in %s', (source, replaced) => {
  expect(replaceImports(source, 'script', 'imp0rt')).toBe(replaced)
})

test('refuses what it cannot parse, such as a body that closes its wrapper', () => {
  const refused = expect.objectContaining({ name: 'SourceError' }) as unknown
  expect(() => replaceImports('}); import("x"); (async function(){', 'body', 'imp0rt')).toThrow(refused as Error)
  expect(() => replaceImports('im\\u0070ort("x")', 'script', 'imp0rt')).toThrow(refused as Error)
  expect(() => moduleAsBody('return 1', 'imp0rt')).toThrow(refused as Error)
})

test.each([
  ['export default 1 + 1', 2],
  ['export default (1, 2)', 2],
  ['#!/usr/bin/env node\nexport default 7', 7],
  ['export default /* a */ ((() => 3)())', 3],
  ['export default (function () {})', 'default'],
  ['export default function f() { return 3 }', 'f'],
  ['export default function () {}', 'default'],
  ['export default class {}', 'default'],
  ['let a = 1; export { a as default }; a = 5', 5],
  ['export const a = 1, b = 2\nexport default a + b', 3],
  ['const a = 1\nexport { a }\n;[4].forEach(() => {}); export default await Promise.resolve(a)', 1],
  ['let f = () => 9\nexport { f }\n(7)\nexport default f()', 9],
  ['export default this', undefined],
  ['1', undefined],
])('%s gives %s', async (source, value) => {
  const result = await runModule(source)
  expect(typeof result === 'function' ? result.name : result).toBe(value)
})

test('names the first module that is asked for', () => {
  expect(moduleAsBody('import a from "x"; import "y"', 'imp0rt').wants).toBe('x')
  expect(moduleAsBody('export * from "z"', 'imp0rt').wants).toBe('z')
})
