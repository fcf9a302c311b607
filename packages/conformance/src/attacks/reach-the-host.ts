import { family } from './attack.js'
import { take, takeAsync } from './guest.js'

/** Ways by name: to the host’s process, modules, files, environment and network. */
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
  network: {
    title: 'a connection to the host’s network',
    run: async (ctx) => {
      const { port, close } = await ctx.listen(() => ctx.trip('the guest reached the network'))
      await ctx.run(
        `try { await fetch("http://127.0.0.1:" + input) } catch {}
        try { await new Promise((resolve) => require("http").get({ port: input }, resolve).on("error", resolve)) } catch {}`,
        { input: port },
      )
      close()
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
  'spawned-process': {
    title: 'a process that outlives the run',
    code: 'require("child_process").spawn("sleep", ["20"], { argv0: bait.marker, detached: true, stdio: "ignore" }).unref(); 1',
    oracle: 'orphan',
  },
})
