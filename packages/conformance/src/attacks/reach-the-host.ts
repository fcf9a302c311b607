import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { family } from './attack.js'
import { LOOT, take, takeAsync } from './guest.js'

/** Ways from the guest to the host's process, files, environment and prototypes. */
export const reachTheHost = family('reach-the-host', {
  'process-global': { title: 'the global process', code: take('process'), oracle: 'env-secret' },
  'process-of-globalThis': { title: 'process as a property of globalThis', code: take('globalThis["pro" + "cess"]'), oracle: 'host-pid' },
  environment: { title: 'process.env, whole', code: '({ ...process.env })', oracle: 'env-secret' },
  'require-fs': { title: 'require("fs")', code: 'require("fs").readFileSync(bait.read, "utf8")', oracle: 'canary-file' },
  'require-child-process': {
    title: 'a shell by require("child_process")',
    code: 'require("child_process").execFileSync("/bin/sh", ["-c", "echo x > " + bait.write]); 1',
    oracle: 'canary-file',
  },
  'get-builtin-module': {
    title: 'process.getBuiltinModule',
    code: 'process.getBuiltinModule("node:fs").writeFileSync(bait.write, "x")',
    oracle: 'canary-file',
  },
  'process-binding': {
    title: 'process.binding("spawn_sync")',
    code: `process.binding("spawn_sync").spawn({ file: "/bin/sh", args: ["sh", "-c", "echo x > " + bait.write], envPairs: [],
      stdio: [{ type: "pipe", readable: true, writable: false }, { type: "pipe", readable: false, writable: true }, { type: "pipe", readable: false, writable: true }] }).status`,
    oracle: 'canary-file',
  },
  'module-load': { title: 'Module._load', code: 'module._load("fs").readFileSync(bait.read, "utf8")', oracle: 'canary-file' },
  'vm-module': { title: 'node:vm in the host realm', code: take('require("vm").runInThisContext("process")'), oracle: 'host-pid' },
  'worker-thread': {
    title: 'a worker thread with all of Node',
    code: `const { Worker } = require("worker_threads")
      const w = new Worker('const { workerData } = require("worker_threads"); require("fs").writeFileSync(workerData, "x")', { eval: true, workerData: bait.write })
      await new Promise((resolve) => w.on("exit", resolve))`,
    oracle: 'canary-file',
  },
  'process-exit': { title: 'end the host by process.exit', code: 'process.exit(7)', oracle: 'host-crash' },
  'process-reallyExit': { title: 'end the host by process.reallyExit', code: 'process.reallyExit(7)', oracle: 'host-crash' },
  'process-abort': { title: 'end the host by process.abort', code: 'process.abort()', oracle: 'host-crash' },
  'process-kill': { title: 'signal the host', code: 'process.kill(process.pid, "SIGKILL")', oracle: 'host-crash' },
  'function-constructor': { title: 'Function by its name', code: take('Function("return process")()'), oracle: 'env-secret' },
  'direct-eval': { title: 'eval', code: take('eval("process")'), oracle: 'env-secret' },
  'indirect-eval': { title: 'indirect eval', code: take('(0, eval)("this").process'), oracle: 'host-pid' },
  'this-constructor': {
    title: 'this.constructor.constructor',
    code: take('this.constructor.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'globalThis-constructor': {
    title: 'globalThis.constructor.constructor',
    code: take('globalThis.constructor.constructor("return process")()'),
    oracle: 'canary-file',
  },
  'literal-constructor': {
    title: '({}).constructor.constructor',
    code: take('({}).constructor.constructor("return process")()'),
    oracle: 'host-pid',
  },
  'arrow-constructor': {
    title: 'constructor of an arrow function',
    code: take('(() => {}).constructor("return process")()'),
    oracle: 'env-secret',
  },
  'builtin-constructor': {
    title: 'constructor of a built-in method',
    code: take('[].map.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'bound-constructor': {
    title: 'constructor of a bound function',
    code: take('(function () {}).bind().constructor("return process")()'),
    oracle: 'env-secret',
  },
  'async-constructor': {
    title: 'the constructor of async functions',
    code: takeAsync('await (async () => {}).constructor("return process")()'),
    oracle: 'env-secret',
  },
  'generator-constructor': {
    title: 'the constructor of generators',
    code: take('(function* () {}).constructor("yield process")().next().value'),
    oracle: 'host-pid',
  },
  'async-generator-constructor': {
    title: 'the constructor of async generators',
    code: takeAsync('(await (async function* () {}).constructor("yield process")().next()).value'),
    oracle: 'host-pid',
  },
  'reflect-construct': {
    title: 'Reflect.construct of the function constructor',
    code: take('Reflect.construct(Object.getPrototypeOf(function () {}).constructor, ["return process"])()'),
    oracle: 'env-secret',
  },
  'class-extends-constructor': {
    title: 'a class that extends the function constructor',
    code: take('new (class extends (() => {}).constructor {})("return process")()'),
    oracle: 'env-secret',
  },
  'getter-constructor': {
    title: 'constructor of a built-in getter',
    code: take('Object.getOwnPropertyDescriptor(Map.prototype, "size").get.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'proxy-constructor': {
    title: 'constructor through a proxy of a function',
    code: take('new Proxy(function () {}, {}).constructor("return process")()'),
    oracle: 'env-secret',
  },
  'console-constructor': {
    title: 'constructor of console.log',
    code: take('console.log.constructor("return process")()'),
    oracle: 'env-secret',
  },
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
  'dynamic-import': {
    title: 'import("node:fs")',
    code: 'return (await import("node:fs")).readFileSync(bait.read, "utf8")',
    oracle: 'canary-file',
  },
  'dynamic-import-process': {
    title: 'import("node:process")',
    code: takeAsync('(await import("node:process")).default'),
    oracle: 'env-secret',
  },
  'static-import': {
    title: 'a module that imports node:fs',
    code: 'import { readFileSync } from "node:fs"\nexport default readFileSync(bait.read, "utf8")',
    needs: ['modules'],
    oracle: 'canary-file',
  },
  'import-meta': {
    title: 'the place of the module in import.meta',
    code: 'export default { at: import.meta.url ?? "", keys: Object.keys(import.meta), found: import.meta.resolve ? import.meta.resolve("node:internal/x") : "" }',
    needs: ['modules'],
    oracle: 'host-path',
  },
  'data-import': {
    title: 'a data: module that imports on',
    code: `return (await import("data:text/javascript,export { readFileSync } from 'node:fs'")).readFileSync(bait.read, "utf8")`,
    oracle: 'canary-file',
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
  network: {
    title: 'a connection to the host’s network',
    run: async (ctx) => {
      const server = createServer((_request, response) => {
        ctx.trip('the guest reached the network')
        response.end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      await ctx.run(
        `try { await fetch("http://127.0.0.1:" + input) } catch {}
        try { await new Promise((resolve) => require("http").get({ port: input }, resolve).on("error", resolve)) } catch {}`,
        { input: port },
      )
      server.closeAllConnections()
      server.close()
    },
    oracle: 'tripwire',
  },
  'broadcast-channel': {
    title: 'a message to the host’s own BroadcastChannel',
    run: async (ctx) => {
      const channel = new BroadcastChannel('beddel-attack')
      channel.onmessage = () => ctx.trip('the guest sent the host a message')
      await ctx.run('const c = new BroadcastChannel("beddel-attack"); c.postMessage(1); c.close(); 1')
      await ctx.wait(60)
      channel.close()
    },
    oracle: 'tripwire',
  },
  'shared-memory': {
    title: 'shared memory out of the sandbox',
    run: async (ctx) => {
      const run = await ctx.run('new Uint8Array(new SharedArrayBuffer(8))')
      const { outcome } = run
      if (outcome?.success === true) ctx.trip('memory is shared with the guest')
    },
    oracle: 'tripwire',
  },
  'wasm-constructor': {
    title: 'constructor of WebAssembly’s functions',
    code: take('WebAssembly.compile.constructor("return process")()'),
    executorOptions: { wasm: true },
    needs: ['wasm'],
    oracle: 'env-secret',
  },
  'wasm-exported-function': {
    title: 'constructor of an exported WebAssembly function',
    code: take(
      'new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,4,1,2,0,11]))).exports.f.constructor("return process")()',
    ),
    executorOptions: { wasm: true },
    needs: ['wasm'],
    oracle: 'env-secret',
  },
  'spawned-process': {
    title: 'a process that outlives the run',
    code: 'require("child_process").spawn("sleep", ["20"], { argv0: bait.marker, detached: true, stdio: "ignore" }).unref(); 1',
    oracle: 'orphan',
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
