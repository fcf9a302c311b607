import { type AttackOf, family } from './attack.js'
import { code } from './expectations.js'
import { take } from './guest.js'
import { given, wait } from './given.js'

const through = (title: string, way: string): AttackOf => ({ title, code: take(way), oracle: 'env-secret' })
const BUFFER = 'new SharedArrayBuffer(1024)'
const stalls = (title: string, source: string): AttackOf => ({
  title,
  code: source,
  request: { limits: { timeoutMs: 400 } },
  oracle: 'stall',
  expects: code('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN'),
})

/** `SharedArrayBuffer` and `Atomics`: memory that two sides see, clocks made of it, and waiting without an end. */
export const sharedMemory = family('shared-memory', {
  constructor: through('constructor of a SharedArrayBuffer', `${BUFFER}.constructor.constructor("return process")()`),
  atomics: through('constructor of a function of Atomics', 'Atomics.add.constructor("return process")()'),
  'by-name': through(
    'SharedArrayBuffer by the names of the global object',
    'globalThis[Object.getOwnPropertyNames(globalThis).find((n) => n.startsWith("Shared"))].constructor("return process")()',
  ),
  wait: stalls('Atomics.wait for a long time', `Atomics.wait(new Int32Array(${BUFFER}), 0, 0, 20000)`),
  'wait-often': stalls('Atomics.wait for short times', `const a = new Int32Array(${BUFFER}); for (;;) Atomics.wait(a, 0, 0, 1)`),
  spin: stalls('a loop that looks at shared memory', `const a = new Int32Array(${BUFFER}); while (Atomics.load(a, 0) === 0);`),
  'wait-async': {
    title: 'Atomics.waitAsync for ever',
    code: `return await Atomics.waitAsync(new Int32Array(${BUFFER}), 0, 0).value`,
    request: { limits: { timeoutMs: 400 } },
    oracle: 'settle-time',
    expects: code('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN'),
  },
  result: {
    title: 'shared memory as a result',
    run: async (ctx) => {
      const { outcome } = await ctx.run(BUFFER)
      if (outcome?.success === true) ctx.trip('memory is shared with the guest')
    },
    oracle: 'tripwire',
  },
  'growable-result': {
    title: 'shared memory that grows, as a result',
    run: async (ctx) => {
      const { outcome } = await ctx.run('({ a: new Uint8Array(new SharedArrayBuffer(8, { maxByteLength: 2 ** 20 })) })')
      if (outcome?.success === true) ctx.trip('memory is shared with the guest')
    },
    oracle: 'tripwire',
  },
  input: {
    title: 'shared memory of the host’s as an input',
    run: async (ctx) => {
      const bytes = new Uint8Array(new SharedArrayBuffer(8))
      await ctx.run('input[0] = 7; 1', { input: bytes })
      if (bytes[0] === 7) ctx.trip('the guest wrote into memory of the host')
    },
    oracle: 'tripwire',
  },
  argument: given(
    'shared memory as an argument',
    `const b = new Uint8Array(${BUFFER}); const p = f(b); b[0] = 7; return await p`,
    (ctx) => ({
      f: async (bytes: Uint8Array) => {
        await wait(10)
        if (bytes[0] === 7) ctx.trip('memory is shared with the guest')
      },
    }),
  ),
  'host-result': given('shared memory that a host function gives', 'const b = await f(); b[0] = 7; await f(); return 1', (ctx) => {
    const bytes = new Uint8Array(new SharedArrayBuffer(8))
    return {
      f: () => {
        if (bytes[0] === 7) ctx.trip('the guest wrote into memory of the host')
        return bytes
      },
    }
  }),
})
