import { family } from './attack.js'
import { LOOT, take, takeAsync } from './guest.js'

/** Objects of the host that a guest is given, catches or replaces. */
export const hostObjects = family('host-objects', {
  'callee-caller': { title: 'arguments.callee.caller', code: takeAsync('arguments.callee.caller.arguments[1]'), oracle: 'env-secret' },
  'function-caller': {
    title: 'the caller of a guest function, upwards',
    code: `${LOOT}
      function up() { let f = up.caller; for (let i = 0; i < 20 && f; i++) { for (const a of f.arguments ?? []) if (a && a.pid) return a; f = f.caller } }
      return loot(up())`,
    oracle: 'env-secret',
  },
  'call-sites': {
    title: 'functions and receivers of call sites',
    code: `${LOOT}
      Error.prepareStackTrace = (_, sites) => sites
      const found = []
      for (const site of new Error().stack) for (const x of [site.getFunction(), site.getThis()]) {
        if (x && x.process) found.push(x.process)
        if (typeof x === "function") try { for (const a of x.arguments ?? []) if (a && a.pid) found.push(a) } catch {}
      }
      return loot(found[0])`,
    oracle: 'env-secret',
  },
  'input-constructor': {
    title: 'constructor of the input object',
    code: take('input.constructor.constructor("return process")()'),
    request: { input: { a: 1 } },
    oracle: 'env-secret',
  },
  'input-array-constructor': {
    title: 'constructor of an input array’s method',
    code: take('input.list.map.constructor("return process")()'),
    request: { input: { list: [1] } },
    oracle: 'env-secret',
  },
  'input-date-constructor': {
    title: 'constructor of an input Date, Map and Error',
    code: take('[input.date, input.map, input.error].map((x) => x.constructor.constructor("return process")())[2]'),
    request: { input: { date: new Date(0), map: new Map([[1, {}]]), error: new Error('x') } },
    oracle: 'env-secret',
  },
  'input-prototype': {
    title: 'the prototype of the input, polluted',
    code: 'Object.getPrototypeOf(input)[bait.marker] = 1; input.__proto__[bait.marker] = 1',
    request: { input: { a: 1 } },
    oracle: 'host-prototype',
  },
  'input-mutated': {
    title: 'the host’s own input object, changed',
    run: async (ctx) => {
      const input = { role: 'guest', list: [1] }
      await ctx.run('input.role = "admin"; input.list.push(2); 1', { input })
      if (input.role !== 'guest' || input.list.length !== 1) ctx.trip('the input object of the host was changed')
    },
    oracle: 'tripwire',
  },
  'buffer-pool': {
    title: 'what lies beside a view of the host in its buffer, as in the pool of Node’s small Buffers',
    code: 'let text = ""; for (const c of new Uint8Array((await f()).buffer)) text += String.fromCharCode(c); return text',
    request: ({ secrets }) => {
      const pool = new TextEncoder().encode(`yours ${secrets.host}`)
      return { hostFunctions: { f: () => pool.subarray(0, 5) } }
    },
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'input-hidden': {
    title: 'what is hidden in the input: symbols, non-enumerables, prototypes',
    code: `const out = []
      for (let o = input; o; o = Object.getPrototypeOf(o)) for (const k of Reflect.ownKeys(o)) { try { out.push(String(o[k])) } catch {} }
      out`,
    request: ({ secrets }) => {
      class Account {
        name = 'x'
        get token(): string {
          return secrets.host
        }
      }
      return { input: Object.defineProperty(new Account(), 'hidden', { value: secrets.host, enumerable: false }) }
    },
    oracle: 'host-secret',
  },
  'global-function': {
    title: 'a function among the globals',
    run: async (ctx) => {
      const run = await ctx.run(take('helper.constructor("return process")()'), { globals: { helper: () => 1 } })
      if (run.outcome?.success === true) ctx.trip('a function of the host went in among the globals')
    },
    oracle: 'tripwire',
  },
  'thenable-resolve': {
    title: 'the resolve function that a thenable result is given',
    code: `${LOOT}return { then(resolve, reject) { resolve(loot(reject.constructor("return process")())) } }`,
    oracle: 'env-secret',
  },
  'promise-then-override': {
    title: 'the host’s callbacks, through Promise.prototype.then',
    code: `${LOOT}
      const then = Promise.prototype.then
      let got
      Promise.prototype.then = function (a, b) { if (typeof a === "function") try { got = loot(a.constructor("return process")()) } catch {} return then.call(this, () => a(got), b) }
      return new Promise((resolve) => resolve(1))`,
    oracle: 'env-secret',
  },
  'inspect-custom': {
    title: 'the inspect function that a printed object is given',
    code: `${LOOT}let got
      console.log({ [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) { got = loot((inspect ?? options.stylize).constructor("return process")()); return "x" } })
      return got`,
    oracle: 'env-secret',
  },
  'setter-capture': {
    title: 'a host object caught by a setter of Object.prototype',
    code: `${LOOT}let got
      Object.defineProperty(Object.prototype, "host", { set(v) { try { got = loot(v) } catch {} }, configurable: true })
      return { get then() { return got && undefined }, toJSON() { return got } }`,
    oracle: 'canary-file',
  },
  'index-setter-capture': {
    title: 'a host object caught by an index setter of Array.prototype',
    code: `${LOOT}
      Object.defineProperty(Array.prototype, 0, { set(v) { try { loot(v) } catch {} }, get() {}, configurable: true }); 1`,
    oracle: 'canary-file',
  },
  'getter-in-host': {
    title: 'a result getter that the host calls',
    code: `${LOOT}return { get a() { try { return loot(process) } catch { return 0 } } }`,
    oracle: 'env-secret',
  },
  'object-prototype': { title: 'Object.prototype, polluted', code: 'Object.prototype[bait.marker] = 1', oracle: 'host-prototype' },
  'array-prototype': { title: 'Array.prototype.push, replaced', code: 'Array.prototype.push = () => 0; 1', oracle: 'host-prototype' },
  'function-prototype': {
    title: 'Function.prototype.call, replaced',
    code: 'Function.prototype.call = function () {}; 1',
    oracle: 'host-prototype',
  },
  'json-replaced': { title: 'JSON.parse, replaced', code: 'JSON.parse = () => ({}); 1', oracle: 'host-prototype' },
  'promise-prototype': {
    title: 'Promise.prototype.then, replaced',
    code: 'const t = Promise.prototype.then; Promise.prototype.then = function (...a) { return t.apply(this, a) }; 1',
    oracle: 'host-prototype',
  },
  'set-prototype-of': {
    title: 'the prototype of a host prototype, replaced',
    code: 'Object.setPrototypeOf(Error.prototype, { polluted: 1 }); 1',
    oracle: 'host-prototype',
  },
  'host-global': { title: 'a global of the host, set', code: 'globalThis.__beddel_canary = "mine"', oracle: 'host-state' },
  'host-global-new': { title: 'a new global for the host', code: 'globalThis[bait.marker] = 1', oracle: 'host-state' },
  'host-global-replaced': {
    title: 'a global function of the host, replaced',
    code: 'globalThis.parseInt = () => 7; 1',
    oracle: 'host-state',
  },
  'proto-global': {
    title: 'a global named __proto__',
    code: 'Object.getPrototypeOf(globalThis).leak ?? ({}).leak ?? "none"',
    request: { globals: JSON.parse('{"__proto__":{"leak":"in the prototype"}}') as Record<string, unknown> },
    oracle: 'host-state',
  },
  'overflow-in-host': {
    title: 'a host error caught from a host call at the end of the stack',
    code: `${LOOT}let caught
      function down() { try { down() } catch {} if (caught) return; try { console.log("x") } catch (e) { caught = e } }
      down(); return loot(caught.constructor.constructor("return process")())`,
    oracle: 'env-secret',
  },
  'error-of-console': {
    title: 'an error from inside the console',
    code: `${LOOT}let caught
      const hostile = [Object.assign(new Error(), { stack: Object.create(null) }), new Proxy({}, { ownKeys() { throw null }, get() { throw null } }), Symbol()]
      for (const x of hostile) try { console.log(x); console.count(x) } catch (e) { caught ??= e }
      return loot(caught.constructor.constructor("return process")())`,
    oracle: 'env-secret',
  },
})
