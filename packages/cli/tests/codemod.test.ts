import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as migration from '@beddel/vm2-migration'
import { codemod, type CodemodResult } from '../src/migrate/codemod.js'
import { KEPT, NODE_VM_OPTIONS, VM_OPTIONS } from '../src/migrate/names.js'

const run = (code: string, file = 'src/rules.ts'): CodemodResult => {
  const result = codemod(file, code, { adapter: false })
  if (result === undefined || 'problem' in result) throw new Error(`no result: ${result?.problem}`)
  return result
}

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
    // vm2's default is all of it; the new package has none.
    ["import vm2 from 'vm2'", "import * as vm2 from '@beddel/vm2-migration'"],
    ['import vm2, { VM } from "vm2"', 'import * as vm2 from "@beddel/vm2-migration"\nimport { VM } from "@beddel/vm2-migration"'],
    ["let a: typeof import('vm2')", "let a: typeof import('@beddel/vm2-migration')"],
    ["const { VM } = await import('vm2')", "const { VM } = await import('@beddel/vm2-migration')"],
  ])('%s', (before, after) => expect(run(before).code).toBe(after))

  test('comments, strings and a require of the file’s own stay', () => {
    const code = "// vm2 is used here\nconst text = 'vm2'\nfunction f(require) { return require('vm2') }\nimport { VM } from 'vm2'\n"
    const result = run(code)
    expect(result.code).toBe(code.replace("from 'vm2'", "from '@beddel/vm2-migration'"))
    expect(result.left).toMatchObject([{ line: 3 }])
  })

  test('JSX in a file of plain JavaScript', () => {
    const result = run("import { VM } from 'vm2'\nexport const A = () => <div>{new VM().run('1')}</div>", 'a.js')
    expect(result.code).toContain("<div>{new VM({ name: 'a:A' }).run('1')}</div>")
  })

  test('what declares types of vm2 is left', () => {
    expect(run("import { VM } from 'vm2'\ndeclare module 'vm2' { interface VMOptions { x?: 1 } }").left).toMatchObject([
      { line: 2, what: "declare module 'vm2'" },
    ])
  })

  test('files inside of vm2 and mocks are left, with the reason', () => {
    const { code, left } = run("import x from 'vm2/lib/main.js'\nvi.mock('vm2')\nimport { VM } from 'vm2'")
    expect(code).toContain("'vm2/lib/main.js'")
    expect(left.map(({ line, why }) => [line, why])).toEqual([
      [1, 'files inside of vm2 have no counterpart'],
      [2, 'it names vm2 by itself: change it by hand'],
    ])
  })

  test('names that the new package lacks are left, with what needs them', () => {
    const { code, left } = run(
      "import { VMFileSystem, NodeVM } from 'vm2'\nimport { VM } from 'vm2'\nexport { default } from 'vm2'\nnew VM()\nconst { VMFileSystem: F } = require('vm2')",
    )
    expect(code.split('\n').slice(0, 3)).toEqual([
      "import { VMFileSystem, NodeVM } from 'vm2'",
      "import { VM } from '@beddel/vm2-migration'",
      "export { default } from 'vm2'",
    ])
    expect(left.map(({ line, what }) => `${line} ${what}`)).toEqual(['1 VMFileSystem', '3 default', '5 VMFileSystem'])
  })

  test('the names that it has are those of the package', () => {
    const values = ['VMOptions', 'NodeVMOptions']
    expect([...KEPT].filter((name) => !values.includes(name)).filter((name) => !Object.hasOwn(migration, name))).toEqual([])
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

  test.each([
    ['a variable that gets it later', "let VM\ntry { VM = require('vm2').VM } catch { VM = null }\nif (VM) new VM()"],
    ['a part of a variable', "var _a = require('vm2'), V = _a.VM\nnew V()"],
    ['what a compiler wrote', 'const vm2_1 = __importDefault(require("vm2"))\nnew vm2_1.default.VM()'],
    ['in place', "new (require('vm2').VM)()"],
    ['in brackets', "const vm2 = require('vm2')\nnew vm2['VM']()"],
    ['a pattern of a variable', "const vm2 = require('vm2')\nconst { VM: V = null } = vm2\nnew V()"],
    ['a promise', "import('vm2').then(({ VM }) => new VM())"],
    ['a promise that may fail', "async function f() { const vm2 = await import('vm2').catch(() => null); if (vm2) new vm2.VM() }"],
    ['one of two', "const { VM, NodeVM } = require('vm2')\nconst Any = process.env.X ? VM : NodeVM\nnew Any()"],
    ['the default of a module', "import vm2 from 'vm2'\nnew vm2.NodeVM()"],
  ])('through %s', (_, code) => {
    const { code: after, left } = run(code, 'a.js')
    expect(after).toMatch(/\(\{ name: ['"]a:\w+['"] \}\)/)
    expect(left).toEqual([])
  })

  test('a class that goes where it cannot be followed is told', () => {
    const { left } = run(
      "import { VM } from 'vm2'\nconst pool = makePool(VM)\nif (VM) typeof VM\nx instanceof VM\nthis.vm2 = require('vm2')",
    )
    expect(left.map(({ line, why }) => `${line} ${why}`)).toEqual([
      expect.stringMatching(/^2 .*handed on/),
      expect.stringMatching(/^5 .*handed on/),
    ])
  })

  test('in the manner of the file: lines, quotes', () => {
    expect(run('const { VM } = require("vm2");\r\nnew VM({\r\n\ttimeout: 5, // why\r\n});\r\n', 'a.js').code).toBe(
      'const { VM } = require("@beddel/vm2-migration");\r\nnew VM({\r\n\tname: "a:top",\r\n\ttimeout: 5, // why\r\n});\r\n',
    )
  })

  test('options that vm2 ignores and the new class refuses are told', () => {
    const { left } = run(
      "import { VM, NodeVM } from 'vm2'\nconst o = { filename: 'x' } as any\nnew VM({ console: 'off', timeout: 1 })\nnew NodeVM({ console: 'off' })\nnew VM(o)",
    )
    expect(left.map(({ line, why }) => `${line} ${why.slice(0, 20)}`)).toEqual(['3 its option console i', '5 its option filename '])
  })

  test('a name that is taken is not given again', () => {
    expect(named("function f() { new VM(); new VM({ name: 'src/rules:f' }); new NodeVM() }")).toBe(
      "function f() { new VM({ name: 'src/rules:f#2' }); new VM({ name: 'src/rules:f' }); new NodeVM({ name: 'src/rules:f#3' }) }",
    )
  })

  test('what was changed before and has no name gets one', () => {
    expect(run("import { VM } from '@beddel/vm2-migration'\nnew VM()\nnew VM({ name: 'mine' })").code).toBe(
      "import { VM } from '@beddel/vm2-migration'\nnew VM({ name: 'src/rules:top' })\nnew VM({ name: 'mine' })",
    )
  })

  test('the options that are known are those of the package', () => {
    const source = readFileSync(new URL('../../vm2-migration/src/options.ts', import.meta.url), 'utf8')
    const keysOf = (list: string): string[] =>
      [...(new RegExp(`const ${list} = \\[([^\\]]*)\\]`).exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, key]) => key as string)
    const [ofVm, ofNode, ofEngines] = ['VM_KEYS', 'NODE_KEYS', 'ENGINE_KEYS'].map(keysOf) as [string[], string[], string[]]
    expect(Math.min(ofVm.length, ofNode.length, ofEngines.length)).toBeGreaterThan(5)
    expect([...ofVm, ...ofEngines].filter((key) => !VM_OPTIONS.has(key))).toEqual([])
    expect([...ofVm, ...ofNode, ...ofEngines].filter((key) => !NODE_VM_OPTIONS.has(key))).toEqual([])
  })

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
