import { type AttackOf, family } from './attack.js'

const WEB = { web: true }
const READ = 'typeof leak === "undefined" ? "clean" : leak'
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Something that the attacker leaves to fire later, while somebody else's run goes on. */
const fires = (title: string, attacker: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  needs: ['hostCalls'],
  run: async (ctx) => {
    const request = { hostFunctions: { pause: () => pause(40) } }
    await ctx.run(attacker, request)
    await ctx.victim(`await pause(); await pause(); return ${READ}`, request)
  },
  oracle: 'cross-run',
  ...more,
})

/** A hook that waits for what the next run brings along; a third run would carry it off. */
const steals = (title: string, attacker: string, victim: string): AttackOf => ({
  title,
  run: async (ctx) => {
    await ctx.run(attacker)
    await ctx.victim(victim, { input: ctx.scene.secrets.host })
    await ctx.run('typeof stolen === "undefined" ? "nothing" : stolen')
  },
  oracle: 'host-secret',
})

const SET = 'const m = bait.marker;'

/** What is left behind to run in, or listen to, a later run. */
export const laterRuns = family('later-runs', {
  'chained-promise': fires(
    'a chain of promises that goes on',
    `${SET} (async () => { for (let i = 0; i < 20; i++) await pause(); })(); pause().then(() => { globalThis.leak = m }); return 1`,
  ),
  'unanswered-call': fires('a host call that is answered after the end', `${SET} pause().finally(() => { globalThis.leak = m }); return 1`),
  'async-generator': fires(
    'a suspended async generator',
    `${SET} const g = (async function* () { await pause(); globalThis.leak = m; yield 1 })(); g.next(); return 1`,
  ),
  'for-await': fires(
    'a for await loop that is left running',
    `${SET} (async () => { for await (const _ of [pause()]) globalThis.leak = m })(); return 1`,
  ),
  'async-dispose': fires(
    'a finally block of an async function',
    `${SET} (async () => { try { await pause() } finally { globalThis.leak = m } })(); return 1`,
  ),
  'promise-race': fires('the loser of a race', `${SET} return await Promise.race([1, pause().then(() => { globalThis.leak = m })])`),
  'thenable-late': fires(
    'a thenable that calls back late',
    `${SET} Promise.resolve({ then: (r) => pause().then(() => { globalThis.leak = m; r() }) }); return 1`,
  ),
  'after-throw': fires('a callback of a run that threw', `${SET} pause().then(() => { globalThis.leak = m }); throw new Error("x")`),
  'timer-chain': fires(
    'timers that start timers',
    `${SET} const again = (n) => setTimeout(() => { globalThis.leak = m; if (n) again(n - 1) }, 15); again(20); return 1`,
    { executorOptions: WEB },
  ),
  interval: fires('an interval', `${SET} setInterval(() => { globalThis.leak = m }, 10); return 1`, {
    executorOptions: WEB,
    run: async (ctx) => {
      await ctx.run(`${SET} const tick = () => setTimeout(() => { globalThis.leak = m; tick() }, 10); tick(); 1`)
      await ctx.victim(`await new Promise((resolve) => setTimeout(resolve, 80)); return ${READ}`)
    },
  }),
  finaliser: {
    title: 'a FinalizationRegistry whose callback comes in a later run',
    run: async (ctx) => {
      await ctx.run(
        `${SET} globalThis.registry = new FinalizationRegistry(() => { globalThis.leak = m }); for (let i = 0; i < 1000; i++) registry.register({ big: new Array(1000).fill(i) }, i); globalThis.leak = m; 1`,
      )
      await ctx.victim(`for (let i = 0; i < 200; i++) new Array(10000).fill(i); await 0; return ${READ}`)
    },
    oracle: 'cross-run',
  },
  'weak-ref': {
    title: 'a WeakRef in the symbol registry’s shadow',
    run: async (ctx) => {
      await ctx.run('globalThis[Symbol.for("shared")] = bait.marker; 1')
      await ctx.victim('String(globalThis[Symbol.for("shared")] ?? "clean")')
    },
    oracle: 'cross-run',
  },
  'regexp-statics': {
    title: 'the legacy statics of RegExp',
    run: async (ctx) => {
      await ctx.run('/(.+)/.test(bait.marker); 1')
      await ctx.victim('[RegExp.$1, RegExp.input, RegExp.lastMatch].join()')
    },
    oracle: 'cross-run',
  },
  'stack-hook': {
    title: 'Error.prepareStackTrace that waits for errors of a later run',
    run: async (ctx) => {
      await ctx.run(`${SET} Error.prepareStackTrace = () => m; 1`)
      await ctx.victim('throw new Error("mine")')
    },
    oracle: 'cross-run',
  },
  'input-setter': steals(
    'a setter of the name input',
    'let kept; Object.defineProperty(globalThis, "input", { set(v) { globalThis.stolen = v; kept = v }, get: () => kept, configurable: true }); 1',
    'typeof input',
  ),
  'json-parse': steals(
    'JSON.parse, replaced for a later run',
    'const parse = JSON.parse; JSON.parse = (t) => { globalThis.stolen = t; return parse(t) }; 1',
    'JSON.parse(JSON.stringify([input])).length',
  ),
  'array-push': steals(
    'Array.prototype.push, replaced for a later run',
    'const push = Array.prototype.push; Array.prototype.push = function (x) { if (typeof x === "string") globalThis.stolen = x; return push.call(this, x) }; 1',
    'const list = []; list.push(input); list.length',
  ),
  'promise-then': steals(
    'Promise.prototype.then, replaced for a later run',
    'const then = Promise.prototype.then; Promise.prototype.then = function (f, r) { return then.call(this, (v) => { if (typeof v === "string") globalThis.stolen = v; return typeof f === "function" ? f(v) : v }, r) }; 1',
    'Promise.resolve(input).then((x) => x.length)',
  ),
  'string-replace': steals(
    'String.prototype.trim, replaced for a later run',
    'const trim = String.prototype.trim; String.prototype.trim = function () { globalThis.stolen = String(this); return trim.call(this) }; 1',
    'input.trim().length',
  ),
  console: {
    title: 'a console of the attacker’s own',
    run: async (ctx) => {
      await ctx.run(
        'const m = bait.marker; Object.defineProperty(globalThis, "console", { get: () => ({ log: () => m }), set() {}, configurable: true }); 1',
      )
      await ctx.victim('console.log("mine") ?? "clean"')
    },
    oracle: 'cross-run',
  },
  'console-labels': {
    title: 'counters, timers and groups of the console',
    run: async (ctx) => {
      await ctx.run('console.group(bait.marker); console.count(bait.marker); console.time(bait.marker); 1')
      await ctx.victim('console.log("x"); console.count("y"); console.timeEnd?.("y"); 1')
    },
    oracle: 'cross-run',
  },
  'cleared-timers': {
    title: 'a run that clears another run’s timers by number',
    executorOptions: WEB,
    run: async (ctx) => {
      const slow = ctx.victim(
        'const started = Date.now(); await new Promise((resolve) => Number(setTimeout(resolve, 300))); return Date.now() - started',
      )
      await ctx.run(
        'for (let i = 0; i < 20000; i++) { clearTimeout(i); clearInterval(i) } for (const t of [setTimeout(() => {}, 0)]) { for (let i = Number(t) - 50; i < Number(t); i++) clearTimeout(i) } 1',
      )
      const { unsettled, outcome } = await slow
      if (unsettled || outcome?.success !== true) ctx.trip('a timer of another run was cleared')
    },
    oracle: 'tripwire',
  },
})
