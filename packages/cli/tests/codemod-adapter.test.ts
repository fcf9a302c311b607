import { describe, expect, test } from 'vitest'
import { codemod, type CodemodResult } from '../src/migrate/codemod.js'

const toAdapter = (code: string, file = 'src/rules.mjs'): CodemodResult => {
  const result = codemod(file, code, { adapter: true })
  if (result === undefined || 'problem' in result) throw new Error(`no result: ${result?.problem}`)
  return result
}

describe('--to adapter', () => {
  test('a run whose function is asynchronous', () => {
    const { code } = toAdapter(
      "import { VM } from 'vm2'\nexport async function check(source, n) {\n  return new VM({ timeout: 50, sandbox: { limit: 5, add: (a, b) => a + b } }).run(source) // why\n}",
    )
    expect(code).toBe(`import { SandboxAdapter, syncHostFunction } from '@beddel/sandbox-adapter'

const sandbox = new SandboxAdapter()
export async function check(source, n) {
  return await sandbox.run(source, { timeoutMs: 50, globals: { limit: 5 }, hostFunctions: { add: syncHostFunction((a, b) => a + b) } }) // why
}`)
  })

  test('callers become asynchronous as far as all of them are known', () => {
    const { code, changes } = toAdapter(
      "import { VM } from 'vm2'\nconst inner = (s) => new VM().run(s)\nfunction outer(s) { return inner(s) + 1 }\nconsole.log(outer('1'))",
    )
    expect(code.split('\n').slice(3)).toEqual([
      'const inner = async (s) => await sandbox.run(s)',
      'async function outer(s) { return await inner(s) + 1 }',
      "console.log(await outer('1'))",
    ])
    expect(changes.filter((change) => change.includes('async'))).toHaveLength(2)
  })

  test.each([
    ['an exported function', 'export function f(s) { return new VM().run(s) }', /f is exported/],
    ['a name that is exported apart', 'function f(s) { return new VM().run(s) }\nexport { f }', /f is exported|other than by a call/],
    ['a function that is handed on', 'const f = (s) => new VM().run(s);\n[].map(f)', /other than by a call/],
    ['a callback', '[].map((s) => new VM().run(s))', /callers are not known/],
    ['a method', 'class A { f(s) { return new VM().run(s) } }', /a method/],
    ['a generator', 'function* f(s) { yield new VM().run(s) }', /generator/],
    ['a parameter’s default', 'async function f(s = new VM().run("1")) {}', /default/],
    ['a class field', 'class A { x = new VM().run("1") }', /class/],
    ['a VM that runs twice', 'const vm = new VM()\nvm.run("1")\nvm.run("2")', /kept/],
    ['a VM that runs in a loop', 'const vm = new VM()\nfor (const s of list) vm.run(s)', /kept/],
    ['a VM that runs in a function', 'const vm = new VM()\nexport const f = async (s) => vm.run(s)', /kept/],
    ['a VM with a setting', 'const vm = new VM()\nvm.freeze(x, "x")\nvm.run("1")', /kept/],
    ['a VM whose timeout may change', 'let t = 1\nconst vm = new VM({ timeout: t })\nt = 2\nvm.run("1")', /timeout may be another/],
    [
      'a VM in the options of another',
      'async function f(s) { return new VM({ sandbox: { g: (t) => new VM().run(t) } }).run(s) }',
      /another use of vm2 in its options/,
    ],
    ['a comment', 'async function f(s) { return new VM({ timeout: 5 /* why */ }).run(s) }', /comment/],
    ['a function that names itself', 'const f = function g(s) { return s ? new VM().run(s) : g("1") }\nf("1")', /names itself/],
    ['a sandbox of unknown values', 'async function f(s, x) { return new VM({ sandbox: { x } }).run(s) }', /data or a function/],
    [
      'an asynchronous host function',
      'async function f(s) { return new VM({ sandbox: { x: async () => 1 } }).run(s) }',
      /data or a function/,
    ],
    ['an option without a counterpart', 'async function f(s) { return new VM({ compiler: "typescript" }).run(s) }', /compiler/],
    [
      'a caller that cannot be asynchronous',
      'const f = (s) => new VM().run(s)\nexport const g = () => f("1")',
      /called at line 3.*exported/,
    ],
  ])('%s is left, with the reason', (_what, body, why) => {
    const { code, left } = toAdapter(`import { VM } from 'vm2'\n${body}`)
    expect(code).not.toContain('sandbox-adapter')
    expect(left.map((one) => one.why).join('\n')).toMatch(why)
  })

  describe('a variable that is read before the value is there would lose what overlapping calls change', () => {
    const ofBody = (body: string): CodemodResult =>
      toAdapter(`import { VM } from 'vm2'\nlet x = 0\nlet i = 0\nconst all = new Map()\nconst a = []\n${body}\nx = 1\n`)

    test.each([
      ['a compound assignment', 'async function f(s) { x += new VM().run(s) }', /^not rewritten to the adapter: x is read before/],
      ['one that assigns once', 'async function f(s) { x ??= new VM().run(s) }', /x is read/],
      ['one of a property', 'async function f(o, s) { o.total += new VM().run(s) }', /o\.total is read/],
      ['one of a name of the host', 'async function f(s) { total += new VM().run(s) }', /total is read/],
      ['the same written out', 'async function f(s) { x = x + new VM().run(s) }', /x is read/],
      ['the same of a property', 'async function f(o, s) { o.total = o.total + new VM().run(s) }', /o\.total is read/],
      ['the same by a method', "async function f(s) { all.set('n', all.get('n') + new VM().run(s)) }", /all\.get\('n'\) is read/],
      ['the variable in the source', "async function f() { x = new VM().run(x + '+ 1') }", /x is read/],
      ['the variable in a host function', "async function f() { x = new VM({ sandbox: { get: () => x } }).run('get() + 1') }", /x is read/],
      [
        'the same of a VM that is made before',
        "async function f() { const vm = new VM({ sandbox: { get: () => x } })\nx = vm.run('get() + 1') }",
        /x is read/,
      ],
      ['an index', 'async function f(s) { a[i++] = new VM().run(s); i = 0 }', /i is read/],
      ['an argument before it', 'async function f(s) { console.log(x, new VM().run(s)) }', /x is read/],
      ['a text before it', 'async function f(s) { return `${x} ${new VM().run(s)}` }', /x is read/],
      ['a caller', 'const g = (s) => new VM().run(s)\nasync function f(s) { x += g(s) }', /g is called at line 7, and there: x is read/],
      ['a caller that gets it', 'const g = (n, s) => n + new VM().run(s)\nasync function f(s) { x = g(x, s) }', /x is read/],
      [
        'a variable of its own that another function changes',
        'async function f(s) { let n = 0; g(() => { n++ }); n += new VM().run(s) }',
        /n is read/,
      ],
    ])('%s is left', (_, body, why) => {
      const { code, left } = ofBody(body)
      expect(code).not.toContain('sandbox-adapter')
      expect(left.map((one) => one.why).join('\n')).toMatch(why)
    })

    test.each([
      ['a variable of its own', 'async function f(list) { let n = 0; for (const s of list) n += new VM().run(s); return n }'],
      ['one that is read after it', 'async function f(s) { x = new VM().run(s) + x }'],
      ['one that is only written', 'async function f(s) { x = new VM().run(s) }'],
      ['a property that is only written', 'async function f(o, s) { o.total = new VM().run(s) }'],
      ['a constant', 'const c = 2\nasync function f(s) { console.log(c, JSON.stringify(c), new VM().run(s)) }'],
      ['a variable that nobody changes', 'let c = 2\nasync function f(s) { return c * new VM().run(s) }'],
      ['a chain of calls', 'async function f(response, s) { response.status(200).json(new VM().run(s)) }'],
    ])('%s is not in the way', (_, body) => {
      const { code, left } = ofBody(body)
      expect(left).toEqual([])
      expect(code).toContain('await sandbox.run(s)')
    })
  })

  test('the top of a CommonJS file is left', () => {
    expect(toAdapter("const { VM } = require('vm2')\nnew VM().run('1')", 'a.cjs').left[0]?.why).toMatch(/CommonJS/)
  })

  test('CommonJS loads the adapter by require', () => {
    const { code } = toAdapter("const { VM } = require('vm2')\nmodule.exports.f = async (s) => new VM().run(s)", 'a.cjs')
    expect(code).toContain("const { SandboxAdapter } = require('@beddel/sandbox-adapter')")
  })

  test('a call in the source that is awaited stays in it', () => {
    const { code } = toAdapter("import { VM } from 'vm2'\nconst build = (s) => new VM().run(s)\nconsole.log(new VM().run(build('1')))")
    expect(code).toContain("console.log(await sandbox.run(await build('1')))")
  })

  test('a VM of a variable that is for one run alone', () => {
    const { code, changes } = toAdapter(
      "import { VM, VMError } from 'vm2'\nexport async function f(s) {\n  const vm = new VM({ sandbox: { n: 1 } })\n  // run it\n  try { return vm.run(s) } catch (e) { return e instanceof VMError }\n}",
    )
    expect(code.split('\n').slice(4).join('\n')).toBe(
      'export async function f(s) {\n  // run it\n  try { return await sandbox.run(s, { globals: { n: 1 } }) } catch (e) { return e instanceof VMError }\n}',
    )
    expect(changes.join()).toMatch(/SandboxError; it has 5 seconds/)
  })

  test('a class in place', () => {
    const { code } = toAdapter("exports.f = async (s) => new (require('vm2').VM)({ timeout: 5 }).run(s)", 'a.cjs')
    expect(code).toContain('async (s) => await sandbox.run(s, { timeoutMs: 5 })')
    expect(code).not.toContain('vm2')
  })

  test('what was changed and named before', () => {
    const named = "import { VM } from '@beddel/vm2-migration'\nexport const f = async (s) => new VM({ name: 'a:f', timeout: 9 }).run(s)\n"
    expect(toAdapter(named).code).toBe(
      "import { SandboxAdapter } from '@beddel/sandbox-adapter'\n\nconst sandbox = new SandboxAdapter()\nexport const f = async (s) => await sandbox.run(s, { timeoutMs: 9 })\n",
    )
  })

  test('a file without semicolons, where a parenthesis would call the line before', () => {
    const { code } = toAdapter("import { VM } from 'vm2'\nconst f = (s) => new VM().run(s)\nconst a = b\nf('1').c\nif (a) f('2').d\nf('3')")
    expect(code.split('\n').slice(4)).toEqual(['const a = b', ";(await f('1')).c", "if (a) (await f('2')).d", "await f('3')"])
  })

  test('after directives, with the lines, quotes and semicolons of the file', () => {
    const { code } = toAdapter(
      '#!/usr/bin/env node\r\n"use strict";\r\nconst { VM, VMError } = require("vm2");\r\nexports.f = async (s) => new VM().run(s);\r\nuse(VMError);\r\n',
      'a.js',
    )
    expect(code).toBe(
      '#!/usr/bin/env node\r\n"use strict";\r\nconst { VM, VMError } = require("@beddel/vm2-migration");\r\nconst { SandboxAdapter } = require("@beddel/sandbox-adapter");\r\n\r\nconst sandbox = new SandboxAdapter();\r\nexports.f = async (s) => await sandbox.run(s);\r\nuse(VMError);\r\n',
    )
    const lazy = toAdapter("'use strict'\nexports.f = async (s) => { const { VM } = require('vm2'); return new VM().run(s) }", 'a.js')
    expect(lazy.code).toMatch(/^'use strict'\nconst \{ SandboxAdapter \}/)
  })

  describe('TypeScript', () => {
    const ofType = (body: string): CodemodResult => toAdapter(`import { VM } from 'vm2'\n${body}`, 'src/rules.ts')

    test('what an asynchronous function gives is a promise in its type too', () => {
      const { code } = ofType(
        'function f(s: string): number { return new VM().run(s) }\nexport async function g(): Promise<number> { return f("1") }',
      )
      expect(code).toContain('async function f(s: string): Promise<number> { return await sandbox.run<any>(s) }')
      expect(code).toContain('Promise<number> { return await f("1") }')
    })

    test.each([
      ['the top, which may be CommonJS', 'new VM().run("1")', /may be compiled to CommonJS/],
      ['a type written apart', 'const f: (s: string) => number = (s) => new VM().run(s)', /type is written apart/],
      ['a type predicate', 'function f(s: unknown): s is string { return new VM().run("1") }\nasync () => f("1")', /tells types apart/],
      ['overloads', 'function f(s: string): string\nfunction f(s: any) { return new VM().run(s) }\nasync () => f("1")', /overloads/],
    ])('%s is left', (_, body, why) =>
      expect(
        ofType(body)
          .left.map((one) => one.why)
          .join(),
      ).toMatch(why),
    )
  })
})
