import { type AttackOf, family } from './attack.js'
import { code, thrown, value } from './expectations.js'
import { atTheEdge, take, takeAsync } from './guest.js'

const WEB = { web: true }
const through = (title: string, way: string): AttackOf => ({ title, code: take(way), executorOptions: WEB, oracle: 'env-secret' })

/** Ways through the timers and the web's small helpers, which are there with `web: true`. */
export const timersAndWeb = family('timers-and-web', {
  'timer-constructor': through('constructor of setTimeout', 'setTimeout.constructor("return process")()'),
  'timer-handle': through('constructor of a timer', 'setTimeout(() => {}, 0).constructor.constructor("return process")()'),
  'random-at-the-edge': {
    title: 'randomness asked for where the stack ends',
    code: `${atTheEdge('crypto.randomUUID()')}; 'alive'`,
    executorOptions: WEB,
    oracle: 'host-crash',
    expects: value('alive'),
  },
  url: through('constructor of URL', 'URL.constructor("return process")()'),
  'url-params': through(
    'constructor of search params',
    'new URL("http://x/?a=1").searchParams.constructor.constructor("return process")()',
  ),
  'url-error': through(
    'constructor of the error of a bad URL',
    '(() => { try { new URL("http://[") } catch (e) { return e.constructor.constructor("return process")() } })()',
  ),
  'encoder-buffer': through(
    'constructor of encoded bytes',
    'new TextEncoder().encode("x").buffer.constructor.constructor("return process")()',
  ),
  decoder: through('constructor of TextDecoder', 'new TextDecoder().decode.constructor("return process")()'),
  crypto: through('constructor of crypto', 'crypto.constructor.constructor("return process")()'),
  'random-values': through(
    'constructor of random bytes',
    'crypto.getRandomValues(new Uint8Array(1)).buffer.constructor.constructor("return process")()',
  ),
  'structured-clone': through('constructor of a clone', 'structuredClone({ a: 1 }).constructor.constructor("return process")()'),
  'structured-clone-error': through(
    'constructor of the error of a clone',
    '(() => { try { structuredClone(() => 1) } catch (e) { return e.constructor.constructor("return process")() } })()',
  ),
  'atob-error': through(
    'constructor of the error of atob',
    '(() => { try { atob("*") } catch (e) { return e.constructor.constructor("return process")() } })()',
  ),
  'message-channel': through('constructor of a message port', 'new MessageChannel().port1.constructor.constructor("return process")()'),
  'abort-signal': through('constructor of an abort signal', 'AbortSignal.abort().reason.constructor.constructor("return process")()'),
  microtask: {
    title: 'a receiver of a microtask',
    code: takeAsync('await new Promise((resolve) => queueMicrotask(function () { resolve((this ?? globalThis).process) }))'),
    executorOptions: WEB,
    oracle: 'env-secret',
  },
  'timer-receiver': {
    title: 'the receiver of a timer',
    code: takeAsync(
      'await new Promise((resolve) => setTimeout(function () { resolve(this.constructor.constructor("return process")()) }, 1))',
    ),
    executorOptions: WEB,
    oracle: 'env-secret',
  },
  'source-timer': {
    title: 'a timer with source text',
    code: 'setTimeout("globalThis.__beddel_canary = 1", 0); return new Promise((resolve) => setTimeout(resolve, 60))',
    executorOptions: WEB,
    oracle: 'host-state',
  },
  'many-timers': {
    title: 'more timers than there may be',
    code: 'for (let i = 0; i < 20000; i++) setTimeout(() => {}, 1e6); 1',
    executorOptions: WEB,
    oracle: 'classification',
    expects: thrown('RangeError'),
  },
  'timer-after-end': {
    title: 'a timer after the run’s end that calls the host',
    needs: ['hostCalls'],
    executorOptions: WEB,
    run: async (ctx) => {
      await ctx.run('setTimeout(() => f(), 40); 1', { hostFunctions: { f: () => ctx.trip('the guest called the host after its end') } })
      await ctx.wait(120)
    },
    oracle: 'tripwire',
  },
  'throw-after-end': {
    title: 'a timer that throws after the run’s end',
    code: 'setTimeout(() => { throw new Error("late") }, 30); 1',
    executorOptions: WEB,
    oracle: 'host-crash',
  },
  'throw-in-timer': {
    title: 'a timer that throws while the run waits',
    code: 'setTimeout(() => { throw new Error("x") }, 5); return new Promise(() => {})',
    request: { limits: { timeoutMs: 500 } },
    executorOptions: WEB,
    oracle: 'classification',
    expects: code('BEDDEL_GUEST_THROWN'),
  },
  'throw-in-microtask': {
    title: 'a microtask that throws',
    code: 'queueMicrotask(() => { throw new Error("x") }); return new Promise((resolve) => setTimeout(resolve, 20))',
    executorOptions: WEB,
    oracle: 'host-crash',
  },
  'hosts-timers': {
    title: 'the host’s own timers, cleared by number',
    executorOptions: WEB,
    run: async (ctx) => {
      let fired = false
      const timer = setTimeout(() => {
        fired = true
      }, 150)
      const id = Number(timer)
      await ctx.run(`for (let i = ${Math.max(0, id - 50)}; i < ${id + 50}; i++) { clearTimeout(i); clearInterval(i) } 1`)
      await ctx.wait(250)
      if (!fired) ctx.trip('a timer of the host was cleared')
    },
    oracle: 'tripwire',
  },
})
