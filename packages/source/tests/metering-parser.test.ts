import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import vm from 'node:vm'
import { type Options, Parser, type Program } from 'acorn'
import { describe, expect, test } from 'vitest'
import { GuestParser } from '../src/guest-parser.js'
import { meter } from '../src/metering.js'
import { walk } from '../src/walk.js'

const acornSource = readFileSync(createRequire(import.meta.url).resolve('acorn'), 'utf8')
const types = (program: Program) => {
  const seen: string[] = []
  walk(program, (node) => seen.push(`${node.type} ${node.start}-${node.end}`))
  return seen
}

describe('the grammar decides what a slash is, and which brace ends a template', () => {
  // [a source, whether acorn itself overlooks the loop in it]
  const CASES: [string, boolean][] = [
    ['a?.return\n/(() => { for (;;); })()/g', true],
    ['a\nof\n/(() => { for (;;); })()/g', true],
    ['a?.of\n/(() => { for (;;); })()/g', true],
    ['function* f() { a?.yield\n/(() => { for (;;); })()/g }', true],
    ['a.return\n/(() => { for (;;); })()/g', false],
    ['x = () => {}\n/a/.test(() => { for (;;); })', false],
    ['a++\n/(() => { for (;;); })()/g', false],
    ['({}) / (() => { for (;;); })() / g', false],
    ['`${a?.class}` + `${() => { for (;;); }}`', false],
  ]
  test.each(CASES)('%s', (source, overlooked) => {
    const loops = (parser: typeof Parser) =>
      types(parser.parse(source, { ecmaVersion: 'latest' })).filter((type) => type.startsWith('ForStatement')).length
    expect(loops(GuestParser as unknown as typeof Parser)).toBe(1)
    expect(loops(Parser)).toBe(overlooked ? 0 : 1)
  })

  test.each(['function* f() { yield /a/g; yield\n/b/g; yield* /c/ }', 'x = /=/; x /= 2', 'x = await /a/', 'x = [/a/, !/b/, y / 2]'])(
    'what acorn reads right is read the same: %s',
    (source) => {
      const options: Options = { ecmaVersion: 'latest', allowAwaitOutsideFunction: true }
      expect(types(GuestParser.parse(source, options))).toEqual(types(Parser.parse(source, options)))
    },
  )
})

describe('on real code', () => {
  test('acorn’s own source is read as acorn reads it', () => {
    const options: Options = { ecmaVersion: 'latest' }
    expect(types(GuestParser.parse(acornSource, options))).toEqual(types(Parser.parse(acornSource, options)))
  })

  test('every function of acorn, metered alone, still parses', () => {
    const sources: string[] = []
    walk(Parser.parse(acornSource, { ecmaVersion: 'latest' }), (node) => {
      if (node.type === 'FunctionExpression') sources.push(`x = ${acornSource.slice(node.start, node.end)}`)
    })
    expect(sources.length).toBeGreaterThan(300)
    for (const source of sources) {
      const { code } = meter(source, { form: 'script', budget: 1 })
      expect(code).toContain('__beddel_spent')
      expect(() => new vm.Script(code)).not.toThrow()
    }
  })

  test('a metered acorn still parses, and is stopped when its budget is too small', () => {
    const sample = acornSource.slice(0, acornSource.indexOf('var TokenType = ')) + '}))'
    const parseWith = (source: string) => {
      let spent = 0
      const host = {
        exports: {},
        module: {},
        sample,
        __beddel_spent() {
          spent++
          throw new Error('spent')
        },
      }
      const context = vm.createContext(host)
      vm.runInContext(source, context)
      const parse = () => String(vm.runInContext('JSON.stringify(exports.parse(sample, { ecmaVersion: 2022 }))', context))
      return { parse, spent: () => spent }
    }
    const metered = (budget: number) => parseWith(meter(acornSource, { form: 'script', budget }).code)
    const enough = metered(10_000_000)
    expect(enough.parse()).toBe(parseWith(acornSource).parse())
    expect(enough.spent()).toBe(0)
    expect(() => metered(2_000).parse()).toThrow('spent')
  })
})
