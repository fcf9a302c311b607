import type { RunRequest } from '@beddel/core'
import { type AttackOf, family } from './attack.js'

const WEB = { web: true }

/** What the attacker does, and how a victim's run would come to see it. */
const leaks = (
  title: string,
  attacker: string,
  victim: string,
  more: Partial<AttackOf> & { with?: RunRequest; attackersOwn?: RunRequest } = {},
): AttackOf => {
  const { with: request = {}, attackersOwn = {}, ...rest } = more
  return {
    title,
    run: async (ctx) => {
      await ctx.run(attacker, { ...request, ...attackersOwn })
      await ctx.victim(victim, request)
    },
    oracle: 'cross-run',
    ...rest,
  }
}

const READ = 'typeof leak === "undefined" ? "clean" : leak'
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Guests that leave something behind for the next one, or wait for it. */
export const leakBetweenRuns = family('leak-between-runs', {
  global: leaks('a global', 'globalThis.leak = bait.marker', READ),
  bait: leaks('a global value of the run before', '1', 'typeof bait === "undefined" ? "clean" : bait.marker'),
  input: {
    title: 'the input of the run before',
    run: async (ctx) => {
      await ctx.run('1', { input: { text: ctx.scene.bait.marker } })
      await ctx.victim('typeof input === "undefined" ? "clean" : input')
    },
    oracle: 'cross-run',
  },
  'host-function': {
    title: 'a host function of the run before',
    needs: ['hostCalls'],
    run: async (ctx) => {
      await ctx.run('1', { hostFunctions: { secret: () => ctx.scene.bait.marker } })
      await ctx.victim('return typeof secret === "undefined" ? "clean" : await secret()')
    },
    oracle: 'cross-run',
  },
  getter: leaks(
    'a getter of the global object',
    'const m = bait.marker; Object.defineProperty(globalThis, "leak", { get: () => m, configurable: true }); 1',
    READ,
  ),
  prototype: leaks('a property of Object.prototype', 'Object.prototype.leak = bait.marker', '({}).leak ?? "clean"'),
  'array-method': leaks('a method of Array.prototype', 'const m = bait.marker; Array.prototype.at = () => m; 1', '[1].at(0)'),
  'math-random': leaks('Math.random', 'const m = bait.marker; Math.random = () => m; 1', 'Math.random()'),
  'date-now': leaks('Date.now', 'const m = bait.marker; Date.now = () => m; 1', 'Date.now()'),
  'json-stringify': leaks('JSON.stringify', 'const m = bait.marker; JSON.stringify = () => m; 1', 'JSON.stringify({})'),
  'string-split': leaks('String.prototype.split', 'const m = bait.marker; String.prototype.split = () => [m]; 1', '"a b".split(" ")'),
  'promise-then': leaks(
    'Promise.prototype.then',
    'const m = bait.marker, t = Promise.prototype.then; Promise.prototype.then = function (f) { return t.call(this, () => f(m)) }; 1',
    'return await { then: Promise.prototype.then.bind(Promise.resolve("clean")) }',
  ),
  'prepare-stack-trace': leaks(
    'Error.prepareStackTrace',
    'const m = bait.marker; Error.prepareStackTrace = () => m; 1',
    'String(new Error("x").stack)',
  ),
  'symbol-iterator': leaks(
    'the iterator of arrays',
    'const m = bait.marker; Array.prototype[Symbol.iterator] = function* () { yield m }; 1',
    'const [x] = [1]; x',
  ),
  logs: leaks('lines of the console', 'console.log(bait.marker)', 'console.log("mine"); 1'),
  error: leaks('the error of the run before', 'throw new Error(bait.marker)', 'throw new Error("mine")'),
  'after-error': leaks('a global, after an error', 'globalThis.leak = bait.marker; throw new Error("x")', READ),
  'after-timeout': leaks('a global, after a timeout', 'globalThis.leak = bait.marker; await new Promise(() => {})', READ, {
    attackersOwn: { limits: { timeoutMs: 300 } },
  }),
  'after-syntax': {
    title: 'a global, through a source that does not compile whole',
    run: async (ctx) => {
      await ctx.run('globalThis.leak = bait.marker')
      await ctx.run('let let = 1')
      await ctx.victim(READ)
    },
    oracle: 'cross-run',
  },
  tenants: {
    title: 'a global, from one tenant to another',
    run: async (ctx) => {
      await ctx.run('globalThis.leak = bait.marker', { tenant: 'a' })
      await ctx.victim(READ, { tenant: 'b' })
    },
    oracle: 'cross-run',
  },
  context: leaks(
    'a global, where only the context is new',
    'globalThis.leak = Object.prototype.leak = bait.marker',
    `${READ} + ({}).leak`,
    {
      with: { freshness: 'context' },
      needs: ['context'],
    },
  ),
  'context-after-stop': {
    title: 'a global, after a stopped run in the same isolate',
    needs: ['context'],
    run: async (ctx) => {
      await ctx.run('globalThis.leak = bait.marker; new Promise(() => {})', { freshness: 'context', limits: { timeoutMs: 300 } })
      await ctx.victim(READ, { freshness: 'context' })
    },
    oracle: 'cross-run',
  },
  timer: leaks(
    'a timer of the run before',
    'const m = bait.marker; setTimeout(() => { globalThis.leak = m; console.log(m) }, 40); 1',
    `await new Promise((resolve) => setTimeout(resolve, 150)); return ${READ}`,
    { executorOptions: WEB },
  ),
  promise: leaks(
    'a promise of the run before',
    'const m = bait.marker; pause().then(() => { globalThis.leak = m }); 1',
    `await pause(); await pause(); return ${READ}`,
    {
      with: { hostFunctions: { pause: () => pause(40) } },
      needs: ['hostCalls'],
    },
  ),
  concurrent: {
    title: 'a run at the same time',
    needs: ['hostCalls'],
    run: async (ctx) => {
      const request = { hostFunctions: { pause: () => pause(80) } }
      await Promise.all([
        ctx.run('globalThis.leak = Object.prototype.leak = bait.marker; await pause(); return 1', request),
        ctx.victim(`await pause(); return ${READ} + ({}).leak`, request),
      ])
    },
    oracle: 'cross-run',
  },
  'session-to-session': {
    title: 'from a session to another',
    needs: ['session'],
    run: async (ctx) => {
      const mine = await ctx.session()
      await mine.run('globalThis.leak = bait.marker')
      const theirs = await ctx.session({}, true)
      await theirs.run(READ)
      await mine.session.dispose()
      await theirs.session.dispose()
    },
    oracle: 'cross-run',
  },
  'session-to-run': {
    title: 'from a session that is over to a run',
    needs: ['session'],
    run: async (ctx) => {
      const mine = await ctx.session()
      await mine.run('globalThis.leak = Object.prototype.leak = bait.marker')
      await mine.session.dispose()
      await ctx.victim(`${READ} + ({}).leak`)
    },
    oracle: 'cross-run',
  },
  program: {
    title: 'between the runs of one program',
    needs: ['compile'],
    run: async (ctx) => {
      const program = await ctx.executor.compile?.(
        'globalThis.seen = (globalThis.seen ?? "") + (typeof input === "undefined" ? "" : input); seen',
      )
      if (program === undefined) throw new Error('no compile')
      const limits = { timeoutMs: 2_000 }
      await ctx.watch(() => program.run({ input: ctx.scene.bait.marker, limits }), 2_000)
      await ctx.watch(() => program.run({ input: 'mine', limits }), 2_000, true)
      await program.dispose()
    },
    oracle: 'cross-run',
  },
  thief: {
    title: 'a setter that waits for the secret of the next run',
    run: async (ctx) => {
      await ctx.run('Object.defineProperty(Object.prototype, "token", { set(v) { globalThis.stolen = v }, configurable: true }); 1')
      await ctx.victim('const o = {}; o.token = input; 1', { input: ctx.scene.secrets.host })
      await ctx.run('typeof stolen === "undefined" ? "nothing" : stolen')
    },
    oracle: 'host-secret',
  },
})
