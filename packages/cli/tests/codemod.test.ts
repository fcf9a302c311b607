import { describe, expect, test } from 'vitest'
import { codemod, type CodemodResult } from '../src/migrate/codemod.js'

const run = (code: string, file = 'src/rules.ts', adapter = false): CodemodResult => {
  const result = codemod(file, code, { adapter })
  if (result === undefined || 'problem' in result) throw new Error(`no result: ${result?.problem}`)
  return result
}
const toAdapter = (code: string, file = 'src/rules.mjs'): CodemodResult => run(code, file, true)

describe('imports', () => {
  test.each([
    ["import { VM } from 'vm2'", "import { VM } from '@beddel/vm2-migration'"],
    ['import * as vm2 from "vm2"', 'import * as vm2 from "@beddel/vm2-migration"'],
    ["import type { VMOptions } from 'vm2'", "import type { VMOptions } from '@beddel/vm2-migration'"],
    ["const { VM: Old, NodeVM } = require('vm2')", "const { VM: Old, NodeVM } = require('@beddel/vm2-migration')"],
    ["const NodeVM = require('vm2').NodeVM", "const NodeVM = require('@beddel/vm2-migration').NodeVM"],
    ["import vm2 = require('vm2')", "import vm2 = require('@beddel/vm2-migration')"],
    ["export { VM } from 'vm2'", "export { VM } from '@beddel/vm2-migration'"],
    ["export * from 'vm2'", "export * from '@beddel/vm2-migration'"],
    ["const { VM } = await import('vm2')", "const { VM } = await import('@beddel/vm2-migration')"],
  ])('%s', (before, after) => expect(run(before).code).toBe(after))

  test('comments, strings and a require of the file’s own stay', () => {
    const code = "// vm2 is used here\nconst text = 'vm2'\nfunction f(require) { return require('vm2') }\nimport { VM } from 'vm2'\n"
    const result = run(code)
    expect(result.code).toBe(code.replace("from 'vm2'", "from '@beddel/vm2-migration'"))
    expect(result.left).toMatchObject([{ line: 3 }])
  })

  test('files inside of vm2 and mocks are left, with the reason', () => {
    const { code, left } = run("import x from 'vm2/lib/main.js'\nvi.mock('vm2')\nimport { VM } from 'vm2'")
    expect(code).toContain("'vm2/lib/main.js'")
    expect(left.map(({ line, why }) => [line, why])).toEqual([
      [1, 'files inside of vm2 have no counterpart'],
      [2, 'it names vm2 by itself: change it by hand'],
    ])
  })

  test('a file without vm2 is none', () => expect(codemod('a.ts', 'const a = 1', { adapter: false })).toBeUndefined())
  test('a file that cannot be read says so', () => {
    expect(codemod('a.ts', "import { VM } from 'vm2'; const = 1", { adapter: false })).toHaveProperty('problem')
  })
})

describe('names', () => {
  const named = (body: string): string => run(`import { VM, NodeVM } from 'vm2'\n${body}`).code.split('\n').slice(1).join('\n')

  test.each([
    ['const vm = new VM()', "const vm = new VM({ name: 'src/rules:top' })"],
    ['const vm = new VM', "const vm = new VM({ name: 'src/rules:top' })"],
    ['const vm = new VM({})', "const vm = new VM({ name: 'src/rules:top' })"],
    ['const vm = new VM({ timeout: 5, /* why */ sandbox })', "const vm = new VM({ name: 'src/rules:top', timeout: 5, /* why */ sandbox })"],
    ['const vm = new NodeVM(options)', "const vm = new NodeVM({ ...options, name: 'src/rules:top' })"],
    ["const vm = new VM({ name: 'mine' })", "const vm = new VM({ name: 'mine' })"],
    ['function check() { return new VM() }', "function check() { return new VM({ name: 'src/rules:check' }) }"],
    [
      'class A { go() { new VM(); new VM() } }',
      "class A { go() { new VM({ name: 'src/rules:go' }); new VM({ name: 'src/rules:go#2' }) } }",
    ],
  ])('%s', (before, after) => expect(named(before)).toBe(after))

  test('a class of the same name that is not vm2’s is left alone', () => {
    const code = "import { VM as Old } from 'vm2'\nclass VM {}\nnew VM()\nfunction f(Old) { return new Old() }\nnew Old()"
    expect(run(code).code.split('\n').slice(1).join('\n')).toBe(
      "class VM {}\nnew VM()\nfunction f(Old) { return new Old() }\nnew Old({ name: 'src/rules:top' })",
    )
  })

  test('through the whole of vm2', () => {
    expect(run("const vm2 = require('vm2')\nnew vm2.NodeVM()", 'a.cjs').code).toContain("new vm2.NodeVM({ name: 'a:top' })")
  })

  test('a second time changes nothing', () => {
    const once = run("import { VM } from 'vm2'\nnew VM()").code
    expect(codemod('src/rules.ts', once, { adapter: false })).toBeUndefined()
  })

  test('extended classes and static methods are left, with the reason', () => {
    expect(run("import { NodeVM } from 'vm2'\nclass A extends NodeVM {}\nNodeVM.code('1')").left.map(({ line }) => line)).toEqual([2, 3])
  })
})

describe('--to adapter', () => {
  test('a run whose function is asynchronous', () => {
    const { code } = toAdapter(
      "import { VM } from 'vm2'\nexport async function check(source, n) {\n  return new VM({ timeout: 50, sandbox: { limit: 5, add: (a, b) => a + b } }).run(source) // why\n}",
    )
    expect(code).toBe(`import { VM } from '@beddel/vm2-migration'
import { SandboxAdapter, syncHostFunction } from '@beddel/sandbox-adapter'

const sandbox = new SandboxAdapter()
export async function check(source, n) {
  return (await sandbox.run(source, { timeoutMs: 50, globals: { limit: 5 }, hostFunctions: { add: syncHostFunction((a, b) => a + b) } })) // why
}`)
  })

  test('callers become asynchronous as far as all of them are known', () => {
    const { code, changes } = toAdapter(
      "import { VM } from 'vm2'\nconst inner = (s) => new VM().run(s)\nfunction outer(s) { return inner(s) + 1 }\nconsole.log(outer('1'))",
    )
    expect(code.split('\n').slice(4)).toEqual([
      'const inner = async (s) => (await sandbox.run(s))',
      'async function outer(s) { return (await inner(s)) + 1 }',
      "console.log((await outer('1')))",
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
    ['a VM that is kept', 'const vm = new VM()\nvm.run("1")', /kept/],
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

  test('the top of a CommonJS file is left', () => {
    expect(toAdapter("const { VM } = require('vm2')\nnew VM().run('1')", 'a.cjs').left[0]?.why).toMatch(/CommonJS/)
  })

  test('CommonJS loads the adapter by require', () => {
    const { code } = toAdapter("const { VM } = require('vm2')\nmodule.exports.f = async (s) => new VM().run(s)", 'a.cjs')
    expect(code).toContain("const { SandboxAdapter } = require('@beddel/sandbox-adapter')")
  })

  test('a call in the source that is awaited stays in it', () => {
    const { code } = toAdapter("import { VM } from 'vm2'\nconst build = (s) => new VM().run(s)\nconsole.log(new VM().run(build('1')))")
    expect(code).toContain("console.log((await sandbox.run((await build('1')))))")
  })
})
