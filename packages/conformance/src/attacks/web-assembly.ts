import { type AttackOf, family } from './attack.js'
import { code } from './expectations.js'
import { REACH, take } from './guest.js'

const HEAD = '0,97,115,109,1,0,0,0'
/** `f()` that does nothing. */
const EMPTY = `${HEAD},1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,4,1,2,0,11`
/** `f()` that loops for ever. */
const LOOP = `${HEAD},1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11`
/** `f()` that traps. */
const TRAP = `${HEAD},1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,5,1,3,0,0,11`
/** `f()` that calls the import `m.g`. */
const CALLS = `${HEAD},1,4,1,96,0,0,2,7,1,1,109,1,103,0,0,3,2,1,0,7,5,1,1,102,0,1,10,6,1,4,0,16,0,11`
const instance = (bytes: string, imports = ''): string =>
  `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${bytes}]))${imports})`

const WASM: Partial<AttackOf> = { executorOptions: { wasm: true }, needs: ['wasm'] }
const through = (title: string, way: string): AttackOf => ({ title, code: take(way), oracle: 'env-secret', ...WASM })
const process_ = '.constructor.constructor("return process")()'
const LIMITS = { memoryBytes: 32 * 1024 * 1024, timeoutMs: 1_200 }
const eats = (title: string, source: string): AttackOf => ({
  title,
  code: source,
  request: { limits: LIMITS },
  oracle: 'host-memory',
  expects: code('BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN'),
  executorOptions: { wasm: true },
  needs: ['memory', 'wasm'],
})

/** WebAssembly, where it was granted; and what is left of it where it was not. */
export const webAssembly = family('web-assembly', {
  'not-granted': {
    title: 'WebAssembly that was not granted',
    code: take(`new WebAssembly.Memory({ initial: 1 }).buffer${process_}`),
    oracle: 'env-secret',
  },
  'not-granted-function': {
    title: 'its functions where it was not granted',
    code: take('WebAssembly.validate.constructor("return process")()'),
    oracle: 'env-secret',
  },
  memory: through('constructor of a memory', `new WebAssembly.Memory({ initial: 1 })${process_}`),
  'memory-buffer': through('constructor of a memory’s buffer', `new WebAssembly.Memory({ initial: 1 }).buffer${process_}`),
  table: through('constructor of a table', `new WebAssembly.Table({ initial: 1, element: "anyfunc" })${process_}`),
  global: through('constructor of a global', `new WebAssembly.Global({ value: "i32" }, 1)${process_}`),
  exports: through(
    'the exports of an instance',
    `Object.getOwnPropertyDescriptor(Object.getPrototypeOf(${instance(EMPTY)}), "exports")?.get.constructor("return process")() ?? ${instance(EMPTY)}.exports.f.constructor("return process")()`,
  ),
  'compile-error': through(
    'constructor of the error of bad bytes',
    `(() => { try { new WebAssembly.Module(new Uint8Array([1])) } catch (e) { return e${process_} } })()`,
  ),
  'runtime-error': through(
    'constructor of the error of a trap',
    `(() => { try { ${instance(TRAP)}.exports.f() } catch (e) { return e${process_} } })()`,
  ),
  'link-error': through(
    'constructor of the error of a missing import',
    `(() => { try { ${instance(CALLS)} } catch (e) { return e${process_} } })()`,
  ),
  'compile-promise': through('the promise of a compilation', `WebAssembly.compile(new Uint8Array([${EMPTY}]))${process_}`),
  streaming: through('functions that only the host has', 'WebAssembly.compileStreaming.constructor("return process")()'),
  'imported-call': {
    title: 'the caller of an imported function',
    code: `${REACH}let found; ${instance(CALLS, ', { m: { g() { found = reach(this, up(arguments), g) } } }').replace('g() {', 'g: function g() {')}.exports.f(); return found`,
    oracle: 'env-secret',
    ...WASM,
  },
  'imported-throw': {
    title: 'an error that goes through WebAssembly',
    code: `${REACH}let found; try { ${instance(CALLS, ', { m: { g: () => null.x } }')}.exports.f() } catch (e) { found = reach(e) } return found`,
    oracle: 'env-secret',
    ...WASM,
  },
  loop: {
    title: 'a loop in WebAssembly',
    code: `${instance(LOOP)}.exports.f()`,
    request: { limits: { timeoutMs: 400 } },
    oracle: 'stall',
    expects: code('BEDDEL_TIMEOUT'),
    ...WASM,
  },
  'loop-caught': {
    title: 'a loop in WebAssembly, caught and begun again',
    code: `const f = ${instance(LOOP)}.exports.f; for (;;) try { f() } catch {}`,
    request: { limits: { timeoutMs: 400 } },
    oracle: 'stall',
    expects: code('BEDDEL_TIMEOUT'),
    ...WASM,
  },
  'late-compilation': {
    title: 'a compilation that ends after the run',
    needs: ['wasm'],
    executorOptions: { wasm: true },
    run: async (ctx) => {
      await ctx.run(`const m = bait.marker; WebAssembly.compile(new Uint8Array([${EMPTY}])).then(() => { globalThis.leak = m }); 1`)
      await ctx.wait(60)
      await ctx.victim('typeof leak === "undefined" ? "clean" : leak')
    },
    oracle: 'cross-run',
  },
  'shared-memory': {
    title: 'memory that is shared',
    needs: ['wasm'],
    executorOptions: { wasm: true },
    run: async (ctx) => {
      const { outcome } = await ctx.run('new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer)')
      if (outcome?.success === true && (outcome.result as Uint8Array).buffer instanceof SharedArrayBuffer)
        ctx.trip('memory is shared with the guest')
    },
    oracle: 'tripwire',
  },
  memories: eats(
    'many small memories',
    'const a = []; for (let i = 0; ; i++) { const m = new WebAssembly.Memory({ initial: 16 }); new Uint8Array(m.buffer).fill(i); a.push(m) }',
  ),
  'grown-memory': eats(
    'one memory that grows',
    'const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); for (;;) { m.grow(256); new Uint8Array(m.buffer).fill(1) }',
  ),
  tables: eats(
    'tables of ten million elements',
    'const a = []; for (;;) a.push(new WebAssembly.Table({ initial: 9999999, element: "externref" }, {}))',
  ),
  modules: eats('modules that are kept', `const a = []; for (;;) a.push(${instance(EMPTY)}, new Array(1000).fill(a.length))`),
})
