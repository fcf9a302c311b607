import { type Case, caught, soon } from './case.ts'

const area = 'VM'

export const vm: Case[] = [
  { area, name: 'gives the completion value', run: ({ VM }) => new VM().run('1337'), vm2: '1337' },
  {
    area,
    name: 'gives an object',
    run: ({ VM }) => new VM().run('({ a: [1, { b: true }], c: null })'),
    vm2: '{ a: [ 1, { b: true } ], c: null }',
  },
  { area, name: 'gives undefined', run: ({ VM }) => new VM().run('void 0'), vm2: 'undefined' },
  { area, name: 'gives NaN, -0 and a bigint', run: ({ VM }) => new VM().run('[NaN, -0, 10n]'), vm2: '[ NaN, -0, 10n ]' },
  { area, name: 'gives a Date', run: ({ VM }) => new VM().run('new Date(0)').toISOString(), vm2: "'1970-01-01T00:00:00.000Z'" },
  { area, name: 'gives a Map', run: ({ VM }) => new VM().run('new Map([[1, { a: 2 }]])').get(1).a, vm2: '2' },
  { area, name: 'gives a RegExp', run: ({ VM }) => new VM().run('/a+/g').test('caat'), vm2: 'true' },
  { area, name: 'gives bytes', run: ({ VM }) => Array.from(new VM().run('new Uint8Array([1, 2, 3])')), vm2: '[ 1, 2, 3 ]' },
  { area, name: 'a result is instanceof Object', run: ({ VM }) => new VM().run('({})') instanceof Object, vm2: 'true' },
  {
    area,
    name: 'a result is instanceof Array',
    run: ({ VM }) => {
      const r = new VM().run('[1]')
      return [Array.isArray(r), r instanceof Array]
    },
    vm2: '[ true, true ]',
  },
  {
    area,
    name: 'gives a symbol',
    run: ({ VM }) => typeof new VM().run('Symbol("x")'),
    vm2: "'symbol'",
    others: 'throws VMError BEDDEL_NOT_TRANSFERABLE: The result cannot cross: result[0]: a symbol does not cross',
    why: 'a symbol is an identity, and no identity crosses',
  },
  {
    area,
    name: 'a top-level return is a syntax error',
    run: ({ VM }) => (caught(() => new VM().run('return 1')) as Error).name,
    vm2: "'SyntaxError'",
  },
  {
    area,
    name: 'var survives between runs',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('var a = 1')
      return vm.run('a += 1; a')
    },
    vm2: '2',
  },
  {
    area,
    name: 'let, const and classes survive between runs',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('let a = 1; const b = 2; class C { static x = 3 }')
      return vm.run('[a, b, C.x]')
    },
    vm2: '[ 1, 2, 3 ]',
  },
  {
    area,
    name: 'two VMs share nothing',
    run: ({ VM }) => {
      new VM().run('Object.prototype.leak = 1; var a = 1')
      return new VM().run('[typeof a, ({}).leak]')
    },
    vm2: "[ 'undefined', undefined ]",
  },
  { area, name: 'this is the global', run: ({ VM }) => new VM().run('this === globalThis'), vm2: 'true' },
  {
    area,
    name: 'there is no process and no require',
    run: ({ VM }) => new VM().run('[typeof process, typeof require]'),
    vm2: "[ 'undefined', 'undefined' ]",
  },
  { area, name: 'what the guest writes to the console goes nowhere', run: ({ VM }) => new VM().run('console.log(1)'), vm2: 'undefined' },
  {
    area,
    name: 'there are no timers',
    run: ({ VM }) => new VM().run('[typeof setTimeout, typeof setInterval, typeof setImmediate]'),
    vm2: "[ 'undefined', 'undefined', 'undefined' ]",
  },
  { area, name: 'there is Buffer', run: ({ VM }) => new VM().run('Buffer.from("hi").toString("hex")'), vm2: "'6869'" },
  {
    area,
    name: 'reaching for the host’s Function finds no process',
    run: ({ VM }) => new VM().run('this.constructor.constructor("return typeof process")()'),
    vm2: "'undefined'",
  },
  {
    area,
    name: 'eval and Function work by default',
    run: ({ VM }) => new VM().run('eval("1+1") + new Function("return 40")()'),
    vm2: '42',
  },
  {
    area,
    name: 'eval: false, eval throws',
    run: ({ VM }) => new VM({ eval: false }).run('try { eval("1") } catch (e) { `${e.name}: ${e.message}` }'),
    vm2: "'EvalError: Code generation from strings disallowed for this context'",
  },
  {
    area,
    name: 'eval: false, Function throws',
    run: ({ VM }) => new VM({ eval: false }).run('try { Function("1") } catch (e) { e.name }'),
    vm2: "'EvalError'",
  },
  {
    area,
    name: 'eval: false, the constructor of a generator throws',
    run: ({ VM }) => new VM({ eval: false }).run('try { (function* () {}).constructor("1") } catch (e) { e.name }'),
    vm2: "'EvalError'",
  },
  {
    area,
    name: 'WebAssembly is there by default',
    run: ({ VM }) => new VM().run('typeof WebAssembly'),
    vm2: "'object'",
    others: "'undefined'",
    why: 'not every engine has it or can bound its memory; ask for it with wasm: true',
  },
  {
    area,
    name: 'wasm: true',
    run: ({ VM }) => new VM({ wasm: true }).run('typeof WebAssembly'),
    vm2: "'object'",
    quickjs: 'throws SandboxError BEDDEL_OPTION_UNSUPPORTED: wasm is not what quickjs has.',
    why: 'QuickJS has no WebAssembly, and says so',
  },
  {
    area,
    name: 'allowAsync: false refuses an async function',
    run: ({ VM }) => {
      const e = caught(() => new VM({ allowAsync: false }).run('(async () => 1)()')) as Error
      return `${e.name}: ${e.message}`
    },
    vm2: "'VMError: Async not available'",
  },
  {
    area,
    name: 'fixAsync: true does the same',
    run: ({ VM }) => (caught(() => new VM({ fixAsync: true } as never).run('async function f() {}')) as Error).message,
    vm2: "'Async not available'",
  },
  {
    area,
    name: 'allowAsync: false leaves a method named async alone',
    run: ({ VM }) => new VM({ allowAsync: false }).run('({ async: 1 }).async'),
    vm2: '1',
  },
  {
    area,
    name: 'allowAsync: false, Promise.prototype.then throws',
    run: ({ VM }) => new VM({ allowAsync: false }).run('try { Promise.resolve(1).then(() => 1) } catch (e) { e.message }'),
    vm2: "'Async not available'",
  },
  { area, name: 'a promise is awaited on the host', run: ({ VM }) => new VM().run('(async () => { await null; return 7 })()'), vm2: '7' },
  { area, name: 'a promise is instanceof Promise', run: ({ VM }) => new VM().run('Promise.resolve(1)') instanceof Promise, vm2: 'true' },
  {
    area,
    name: 'a rejection comes as a rejection',
    run: async ({ VM }) => {
      try {
        await new VM().run('Promise.reject(new TypeError("no"))')
      } catch (e) {
        return [e instanceof TypeError, (e as Error).message]
      }
      return 'nothing'
    },
    vm2: "[ true, 'no' ]",
  },
  {
    area,
    name: 'timeout stops a loop',
    run: ({ VM }) => {
      const e = caught(() => new VM({ timeout: 50 }).run('for (;;) {}')) as NodeJS.ErrnoException
      return [e.code, e.message]
    },
    vm2: "[ 'ERR_SCRIPT_EXECUTION_TIMEOUT', 'Script execution timed out after 50ms' ]",
  },
  {
    area,
    name: 'timeout stops a regular expression',
    run: ({ VM }) => (caught(() => new VM({ timeout: 50 }).run('/^(a+)+$/.test("a".repeat(40) + "b")')) as NodeJS.ErrnoException).code,
    vm2: "'ERR_SCRIPT_EXECUTION_TIMEOUT'",
  },
  {
    area,
    name: 'timeout can be set later',
    run: ({ VM }) => {
      const vm = new VM()
      vm.timeout = 50
      return (caught(() => vm.run('for (;;) {}')) as NodeJS.ErrnoException).code
    },
    vm2: "'ERR_SCRIPT_EXECUTION_TIMEOUT'",
  },
  {
    area,
    name: 'a VM goes on after a timeout',
    run: ({ VM }) => {
      const vm = new VM({ timeout: 50 })
      caught(() => vm.run('var a = 1; for (;;) {}'))
      vm.timeout = undefined
      return vm.run('a')
    },
    vm2: '1',
    others: 'throws VMError BEDDEL_SESSION_LOST: This VM has ended with an earlier call, by BEDDEL_TIMEOUT. Make a new one.',
    why: 'a guest that had to be stopped is not run again: its state cannot be trusted',
  },
  {
    area,
    name: 'timeout stops a loop in a function that the guest gave',
    run: ({ VM }) => {
      const f = new VM({ timeout: 500 }).run('(n) => { const end = Date.now() + n; while (Date.now() < end) {} return "ran on" }')
      return f(700)
    },
    vm2: "'ran on'",
    why: 'the same for 700 ms; vm2 has no limit there at all, the others have limits.timeoutMs',
  },
  {
    area,
    name: 'timeout stops promise jobs',
    run: async ({ VM }) => {
      const vm = new VM({ timeout: 60 })
      const started = Date.now()
      const p = vm.run('(async () => { const end = Date.now() + 400; while (Date.now() < end) await null; return "ran on" })()')
      return [await p, Date.now() - started < 300]
    },
    vm2: "[ 'ran on', false ]",
    others: 'throws Error ERR_SCRIPT_EXECUTION_TIMEOUT: Script execution timed out after 60ms',
    why: 'vm2’s timeout ends with the script, and the host stands still while promise jobs go on',
  },
  { area, name: 'runFile', run: ({ VM, app }) => new VM().runFile(`${app}/script.js`), vm2: "'from a file'" },
  {
    area,
    name: 'runFile without the file',
    run: ({ VM }) => {
      const e = caught(() => new VM().runFile('/no/such.js')) as Error
      return `${e.name}: ${e.message}`
    },
    vm2: '"VMError: Script \'/no/such.js\' not found."',
  },
  {
    area,
    name: 'runFile of a folder',
    run: ({ VM, app }) => (caught(() => new VM().runFile(app)) as Error).message,
    vm2: "'Script must be file, got directory.'",
  },
  {
    area,
    name: 'sandbox that is no object',
    run: ({ VM }) => (caught(() => new VM({ sandbox: 'x' })) as Error).message,
    vm2: "'Sandbox must be object.'",
  },
  { area, name: 'a hashbang is taken', run: ({ VM }) => new VM().run('#!/usr/bin/env node\n5'), vm2: '5' },
  {
    area,
    name: 'compiler as a function',
    run: ({ VM }) => new VM({ compiler: (code: string) => code.replace('ONE', '1') }).run('ONE + 1'),
    vm2: '2',
  },
  {
    area,
    name: 'compiler: typescript',
    run: ({ VM }) => new VM({ compiler: 'typescript' }).run('const n: number = 41; n + 1'),
    vm2: "throws VMError: The installed TypeScript (7.0.2) does not expose the transpileModule() API that vm2's built-in TypeScript compiler uses; it was removed from the package entry point in TypeScript 7. Install typescript@6 or earlier, or pass your own transpiler as a function: { compiler: (code, filename) => javaScriptSource }.",
    others: '42',
    why: 'types are stripped where the guest runs; no typescript is needed. Enums and namespaces are refused',
  },
  {
    area,
    name: 'an unknown compiler',
    run: ({ VM }) => (caught(() => new VM({ compiler: 'cobol' as never })) as Error).message,
    vm2: '"Unsupported compiler \'cobol\'."',
  },
  {
    area,
    name: 'bufferAllocLimit',
    run: ({ VM }) => new VM({ bufferAllocLimit: 10 } as never).run('try { Buffer.alloc(11) } catch (e) { e.name }'),
    vm2: "'RangeError'",
  },
  {
    area,
    name: 'bufferAllocLimit lets the rest pass',
    run: ({ VM }) => new VM({ bufferAllocLimit: 10 } as never).run('Buffer.alloc(10).length'),
    vm2: '10',
  },
  {
    area,
    name: 'a negative bufferAllocLimit',
    run: ({ VM }) => (caught(() => new VM({ bufferAllocLimit: -1 } as never)) as Error).message,
    vm2: "'bufferAllocLimit must be a non-negative number.'",
  },
  {
    area,
    name: 'a rejection that nobody handles',
    run: async ({ VM }) => {
      const vm = new VM()
      vm.run('var p = 1')
      await soon(5)
      return vm.run('p')
    },
    vm2: '1',
  },
]
