import { code, every } from './expectations.js'
import { type AttackOf, family } from './attack.js'
import type { HostFunctionTree } from '@beddel/core'

const TIME = { limits: { timeoutMs: 400 } }
const WEB = { web: true }
const inTime = code('BEDDEL_TIMEOUT')

/** Stops the host's event loop where the guest runs on it and nobody stops the guest. */
const spins = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  request: TIME,
  oracle: 'stall',
  expects: inTime,
  ...more,
})

/** Leaves the host's event loop alone and the caller without an answer. */
const hangs = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  ...spins(title, source),
  oracle: 'settle-time',
  ...more,
})

const never: HostFunctionTree = { never: () => new Promise(() => {}) }

/** Guests that never end, or end late. */
export const stopTheClock = family('stop-the-clock', {
  loop: spins('an empty loop', 'for(;;);'),
  'caught-loop': spins('a loop that catches what stops it', 'for(;;) try { for(;;); } catch {}'),
  'finally-loop': spins('a loop in finally', 'try { for(;;); } finally { for(;;); }'),
  'allocating-loop': spins('an optimised loop without an interrupt check', 'for(;;) new Array(1000).fill(1.1)'),
  'nested-catch': spins(
    'a loop at each level of a recursion that catches',
    'function f(n) { try { if (n > 0) f(n - 1); for(;;); } catch { for(;;); } finally { for(;;); } } f(500)',
  ),
  'await-loop': spins('a loop of awaits', 'while (true) await 0'),
  'microtask-flood': spins(
    'microtasks that queue microtasks',
    'const f = () => { Promise.resolve().then(f) }; f(); return new Promise(() => {})',
  ),
  'thenable-chain': spins('thenables that resolve to thenables', 'const t = () => ({ then(resolve) { resolve(t()) } }); t()'),
  'async-iteration': spins('an endless async iteration', 'for await (const _ of (async function* () { for(;;) yield 0 })());'),
  generator: spins('a generator that never finishes', 'for (const _ of (function* () { for(;;) yield 0 })());'),
  'static-block': spins('a loop in a static block', 'class A { static { for(;;); } }'),
  comparator: spins('a comparator that never returns', '[3, 1, 2].sort(() => { for(;;); })'),
  replacer: spins('a replace callback that never returns', '"abc".replace(/b/, () => { for(;;); })'),
  redos: spins('a regular expression that backtracks for ever', '/^(a+)+$/.test("a".repeat(40) + "!")'),
  'quadratic-regexp': spins('a regular expression of quadratic time', '"a".repeat(400000).replace(/a*(?=b)/g, "")'),
  'bigint-power': spins('a bigint that squares itself', 'let n = 3n; for(;;) n = n * n', {
    // Some engines refuse the length of the number before the time is up.
    expects: code('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN', 'BEDDEL_MEMORY_LIMIT'),
  }),
  'bigint-text': spins('the decimal text of a huge bigint', 'let n = 7n ** 300000n; for(;;) n.toString()'),
  'index-of': spins('a built-in over a huge length', 'for(;;) new Array(2 ** 32 - 1).indexOf(5)'),
  join: spins('join of a huge array-like', 'Array.prototype.join.call({ length: 2 ** 32 - 2 }, "")'),
  reverse: spins('reverse of a huge array-like', 'Array.prototype.reverse.call({ length: 2 ** 53 - 1, 0: 1 })'),
  'typed-sort': spins('sorting of typed arrays', 'const a = new Float64Array(2 ** 19); for(;;) { a[0]++; a.sort((x, y) => y - x) }'),
  'json-parse': spins('parsing of JSON again and again', 'const t = "[" + "1,".repeat(500000) + "1]"; for(;;) JSON.parse(t)'),
  'atomics-wait': spins('Atomics.wait for ever', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', {
    expects: code('BEDDEL_GUEST_THROWN'),
  }),
  'result-getter': spins('a result with a getter that never returns', '({ get a() { for(;;); } })'),
  'result-proxy': spins('a result that is a proxy with endless traps', 'new Proxy({}, { ownKeys() { for(;;); } })'),
  'result-then': spins('a result whose then never returns', '({ then() { for(;;); } })'),
  'thrown-getter': spins(
    'a thrown object whose message never returns',
    'throw Object.defineProperty(new Error(), "message", { get() { for(;;); } })',
  ),
  'printed-getter': spins(
    'a printed object with an endless Symbol.toStringTag',
    'console.log(new Proxy({}, { getPrototypeOf() { for(;;); }, get() { for(;;); }, ownKeys() { for(;;); } }))',
    {
      code: 'console.log({ get [Symbol.toStringTag]() { for(;;); } }); for(;;);',
    },
  ),
  'prepare-stack': spins('an endless Error.prepareStackTrace', 'Error.prepareStackTrace = () => { for(;;); }; throw new Error("x")', {
    // An engine without that hook gives the error at once.
    expects: code('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN'),
  }),
  'argument-getter': spins('an argument of a host call with an endless getter', 'take({ get a() { for(;;); } })', {
    request: { ...TIME, hostFunctions: { take: (value: { a: unknown }) => value.a } },
    needs: ['hostCalls'],
  }),
  'call-loop': spins('a loop of host calls that nobody awaits', 'for(;;) ping()', {
    request: { ...TIME, hostFunctions: { ping: () => 1 } },
    needs: ['hostCalls'],
    expects: code('BEDDEL_HOST_CALL_LIMIT', 'BEDDEL_TIMEOUT'),
  }),
  operations: spins('a loop under an operation limit', 'for(;;);', {
    request: { limits: { timeoutMs: 1_500, operations: 10_000 } },
    needs: ['operations'],
    expects: code('BEDDEL_OPERATION_LIMIT'),
  }),
  'operations-caught': spins('a loop that catches the end of its operations', 'for(;;) try { for(;;); } catch {}', {
    request: { limits: { timeoutMs: 1_500, operations: 10_000 } },
    needs: ['operations'],
    expects: code('BEDDEL_OPERATION_LIMIT'),
  }),
  'session-call': {
    title: 'a function of a session that never returns',
    needs: ['session'],
    run: async (ctx) => {
      const { session, run } = await ctx.session()
      await run('globalThis.spin = () => { for(;;); }; 1')
      await ctx.watch(() => session.call('spin', [], TIME), TIME.limits.timeoutMs)
      await session.dispose()
    },
    oracle: 'stall',
    expects: inTime,
  },
  compiled: {
    title: 'a program that never ends',
    needs: ['compile'],
    run: async (ctx) => {
      const program = await ctx.executor.compile?.('for(;;);')
      if (program === undefined) throw new Error('no compile')
      await ctx.watch(() => program.run(TIME), TIME.limits.timeoutMs)
      await program.dispose()
    },
    oracle: 'stall',
    expects: inTime,
  },
  'pending-promise': hangs('a promise that never settles', 'new Promise(() => {})'),
  'pending-thenable': hangs('a thenable that never calls back', '({ then() {} })'),
  'pending-module': hangs('a module that awaits for ever', 'export default await new Promise(() => {})', { needs: ['modules'] }),
  'pending-timer': hangs('a timer far beyond the end', 'return new Promise((resolve) => setTimeout(resolve, 60_000))', {
    executorOptions: WEB,
  }),
  'pending-interval': hangs('an interval for ever', 'return new Promise(() => setInterval(() => {}, 5))', { executorOptions: WEB }),
  'pending-host-call': hangs('a host function that never answers', 'return await never()', {
    request: { ...TIME, hostFunctions: never },
    needs: ['hostCalls'],
  }),
  'slow-host-calls': hangs('host calls that each take a while', 'for(;;) await pause()', {
    request: { ...TIME, hostFunctions: { pause: () => new Promise((resolve) => setTimeout(resolve, 30)) } },
    needs: ['hostCalls'],
  }),
  queue: {
    title: 'a run that waits behind others',
    run: async (ctx) => {
      await Promise.all([0, 1, 2, 3, 4, 5].map(() => ctx.run('new Promise(() => {}).then(() => 1)', TIME)))
    },
    oracle: 'settle-time',
    expects: every(inTime),
  },
})
