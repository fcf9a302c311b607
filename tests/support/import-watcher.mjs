// Imports the module that is named on the command line and writes down, as JSON, what the import did besides.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { pathToFileURL } from 'node:url'
import workerThreads from 'node:worker_threads'
// What Node itself does when these are first imported (a symbol on the global object, the standard streams) is not the
// module's doing.
import 'node:http'
import 'node:process'

const effects = []

function watch(holder, name, what) {
  const original = holder[name]
  if (typeof original !== 'function') return
  const note = (args) => effects.push(`${what}: ${name}(${String(args[0]).slice(0, 200)})`)
  holder[name] = new Proxy(original, {
    apply: (target, self, args) => (note(args), Reflect.apply(target, self, args)),
    construct: (target, args, newTarget) => (note(args), Reflect.construct(target, args, newTarget)),
  })
}

const WRITERS = /^(write|append|copy|cp|create(Write|Tem)|mkdir|mkdtemp|rename|rm|unlink|truncate|symlink|link|chmod|chown|utimes)/
for (const holder of [fs, fs.promises]) {
  for (const name of Object.keys(holder)) if (WRITERS.test(name)) watch(holder, name, 'a file was written')
}
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
  watch(childProcess, name, 'a process was started')
watch(workerThreads, 'Worker', 'a thread was started')
watch(net.Socket.prototype, 'connect', 'a connection was made')
watch(process, 'dlopen', 'a native add-on was loaded')
syncBuiltinESMExports()

const shape = () => ({
  globals: Reflect.ownKeys(globalThis).map(String),
  prototypes: [Object, Array, Function, Promise, Error, String, Map, Set].flatMap((ctor) =>
    [ctor, ctor.prototype].flatMap((holder) => Reflect.ownKeys(holder).map((key) => `${ctor.name}: ${String(key)}`)),
  ),
  listeners: process.eventNames().map((name) => `${String(name)} ×${process.listenerCount(name)}`),
  environment: Object.entries(process.env).map(String),
  resources: counted(process.getActiveResourcesInfo()),
})

function counted(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name} ×${count}`)
}

const before = shape()
await import(pathToFileURL(process.argv[2]).href)
// What an import has put off to the next turns shows itself too.
await new Promise((resolve) => setTimeout(resolve, 20))
const after = shape()
const NAMES = {
  globals: 'a new global',
  prototypes: 'a built-in was changed',
  listeners: 'a process listener',
  environment: 'the environment was changed',
  resources: 'a handle is left open',
}
for (const [part, what] of Object.entries(NAMES)) {
  for (const item of after[part]) if (!before[part].includes(item)) effects.push(`${what}: ${item}`)
}
fs.writeSync(1, JSON.stringify(effects.filter((effect) => !effect.includes('writeSync(1)'))))
process.exit(0)
