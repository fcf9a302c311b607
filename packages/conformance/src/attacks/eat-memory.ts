import { type AttackOf, family } from './attack.js'
import { code } from './expectations.js'

const MiB = 1024 * 1024
const LIMITS = { memoryBytes: 32 * MiB, timeoutMs: 1_200 }

/** How an engine may end what eats memory: by its limit, by its time, or by an error of its own for a size. */
const ended = code('BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN', 'BEDDEL_STACK_LIMIT')

const eats = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  request: { limits: LIMITS },
  needs: ['memory'],
  oracle: 'host-memory',
  expects: ended,
  ...more,
})

/** A module with one memory of one page, exported as `m`. */
const WASM_MEMORY = '0,97,115,109,1,0,0,0,5,3,1,0,1,7,5,1,1,109,2,0'

/** Guests that want all there is. */
export const eatMemory = family('eat-memory', {
  objects: eats('objects', 'const a = []; for(;;) a.push({ a: 1, b: 2 })'),
  doubles: eats('arrays of doubles in an optimised loop', 'const a = []; for(;;) a.push(new Array(1000).fill(1.1))'),
  'mapped-arrays': eats('small arrays from map', 'const a = []; for(;;) a.push([1, 2, 3, 4, 5].map((x) => x * 1.5))'),
  map: eats('a Map that grows', 'const m = new Map(); let i = 0; for(;;) m.set(i++, {})'),
  set: eats('a Set that grows', 'const s = new Set(); let i = 0; for(;;) s.add({ i: i++ })'),
  'weak-map': eats(
    'a WeakMap whose keys are kept',
    'const w = new WeakMap(), k = []; for(;;) { const o = {}; k.push(o); w.set(o, new Array(50).fill(0)) }',
  ),
  'dynamic-keys': eats('an object with endless keys', 'const o = {}; let i = 0; for(;;) o["key" + i++] = [i, {}, {}]'),
  fill: eats('fill of a billion elements', 'Array(1e9).fill(0)'),
  'fill-dense': eats('arrays filled one by one', 'const a = []; for(;;) a.push(new Array(2 ** 20).fill(7))'),
  'array-from': eats('Array.from of a huge length', 'Array.from({ length: 5e7 }, (_, i) => ({ i }))'),
  sort: eats('a sort of thirty million numbers', 'Array.from({ length: 3e7 }, (_, i) => -i).sort()'),
  split: eats('split of a long string', 'const a = []; for(;;) a.push(("x" + a.length).repeat(2 ** 21).split(""))'),
  strings: eats('flat strings', 'const a = []; for(;;) a.push(("x" + a.length).repeat(500000).toUpperCase())'),
  ropes: eats(
    'ropes that are flattened late',
    'const a = []; for(;;) { let s = "ab" + a.length; for (let i = 0; i < 20; i++) s += s; s.charCodeAt(5); a.push(s); /x/.test(s) }',
  ),
  'two-byte-strings': eats(
    'strings of two bytes a unit',
    'const a = []; for(;;) a.push(("\\u4e2d" + a.length).repeat(500000).toUpperCase().normalize())',
  ),
  'typed-arrays': eats('typed arrays', 'const a = []; for(;;) a.push(new Uint8Array(1e6).fill(1))'),
  'one-buffer': eats('one huge buffer', 'new Uint8Array(2 ** 30).fill(1)'),
  'buffer-copies': eats(
    'copies of a buffer',
    'const b = new ArrayBuffer(4e6), a = []; for(;;) { const c = b.slice(0); new Uint8Array(c).fill(a.length); a.push(c) }',
  ),
  symbols: eats('symbols', 'const a = []; for(;;) a.push(Symbol("x" + a.length))'),
  proxies: eats('a chain of proxies', 'let p = {}; for(;;) p = new Proxy(p, { a: p })'),
  closures: eats('closures', 'let f = () => 0; for(;;) { const g = f, b = new Array(100).fill(0); f = () => g(b) }'),
  classes: eats('classes', 'const a = []; for(;;) a.push(class { m() {} n() {} static s = new Array(50).fill(0) })'),
  generators: eats(
    'suspended generators',
    'const a = []; for(;;) { const g = (function* () { const b = new Array(100).fill(0); yield b })(); g.next(); a.push(g) }',
  ),
  promises: eats('promise chains', 'let p = new Promise(() => {}); const a = []; for(;;) { p = p.then(() => p); a.push(p) }'),
  'async-calls': eats(
    'async functions that wait',
    'const f = async () => { await new Promise(() => {}) }; const a = []; for(;;) a.push(f())',
  ),
  bigints: eats('bigints', 'const a = []; for(;;) a.push(2n ** 100000n + BigInt(a.length))'),
  errors: eats('errors with their stacks', 'const a = []; for(;;) a.push(new Error("x".repeat(100) + a.length))'),
  spread: eats('spread arrays', 'const a = new Array(1e5).fill(1), b = []; for(;;) b.push([...a])'),
  json: eats('parsed JSON', 'const t = JSON.stringify(new Array(1000).fill({ a: 1, b: "x" })), a = []; for(;;) a.push(JSON.parse(t))'),
  matches: eats('matches of a regular expression', 'const s = "ab".repeat(5000), a = []; for(;;) a.push([...s.matchAll(/b/g)])'),
  'after-a-catch': eats('a guest that catches and goes on', 'const a = []; for(;;) try { a.push(new Array(1e6).fill(a.length)) } catch {}'),
  'in-the-stack': eats('memory at each level of a recursion', 'function f(a) { return f(new Array(2e5).fill(1.5)) + a.length } f([])', {
    code: 'function f(n) { const a = new Array(2e5).fill(n + 0.5); return f(n + 1) + a.length } f(0)',
  }),
  wasm: eats(
    'WebAssembly memory',
    `const keep = []
    for(;;) {
      const { m } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${WASM_MEMORY}]))).exports
      m.grow(500); new Uint8Array(m.buffer).fill(1); keep.push(m)
    }`,
    { executorOptions: { wasm: true }, needs: ['memory', 'wasm'] },
  ),
  session: {
    title: 'memory that grows over the calls of a session',
    needs: ['memory', 'session'],
    run: async (ctx) => {
      const { session, run } = await ctx.session({ limits: LIMITS })
      for (let i = 0; i < 6; i++) {
        const { outcome } = await run('globalThis.kept ??= []; for (let i = 0; i < 40; i++) kept.push(new Array(2e5).fill(i + 0.5)); 1', {
          limits: LIMITS,
        })
        if (outcome?.success !== true) break
      }
      await session.dispose()
    },
    oracle: 'host-memory',
    expects: ended,
  },
  'pending-arguments': {
    title: 'arguments of host calls that are not answered yet',
    code: 'for (let i = 0; i < 400; i++) hold(("x" + i).repeat(3e5).toUpperCase()); return new Promise(() => {})',
    request: { limits: LIMITS, hostFunctions: { hold: (text: string) => new Promise((resolve) => setTimeout(resolve, 30_000, text)) } },
    needs: ['memory', 'hostCalls'],
    oracle: 'host-memory',
  },
})
