import type { Outcome } from '@beddel/core'
import { type AttackOf, family } from './attack.js'
import { atMost, code, every, value } from './expectations.js'

const MAX = 64 * 1024
const sizeOf = (outcome: Outcome): number => {
  let size = 0
  for (let i = 0; i < outcome.logs.length; i++) size += (outcome.logs[i] as { text: string }).text.length + 1
  return size
}
const withinLimit = (max = MAX) => atMost(max + 1, 'the size of the logs', sizeOf)

const floods = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  oracle: 'bounds',
  expects: withinLimit(),
  ...more,
})

/** Consoles are a way out too: for bytes, and for calls into what is printed. */
export const logFloods = family('log-floods', {
  'many-lines': floods('many lines', 'for (let i = 0; i < 5000; i++) console.log("x".repeat(100)); 1'),
  'empty-lines': floods('empty lines', 'for (let i = 0; i < 200000; i++) console.log(""); 1'),
  'one-line': floods('one long line', 'console.log("x".repeat(5e6)); 1'),
  levels: floods(
    'lines of every level',
    'for (let i = 0; i < 2000; i++) for (const m of ["debug", "log", "info", "warn", "error"]) console[m]("x".repeat(50)); 1',
  ),
  array: floods('long arrays', 'for (let i = 0; i < 300; i++) console.log(new Array(1000).fill("xxxx")); 1'),
  object: floods(
    'wide objects',
    'const o = {}; for (let i = 0; i < 3000; i++) o["k" + i] = { a: i }; for (let i = 0; i < 30; i++) console.log(o); 1',
  ),
  table: floods('tables', 'for (let i = 0; i < 300; i++) console.table(new Array(1000).fill("xxxx")); 1'),
  groups: floods('groups within groups', 'for (let i = 0; i < 100; i++) console.group(); for (let i = 0; i < 20; i++) console.log("x"); 1'),
  errors: floods('printed errors', 'for (let i = 0; i < 3000; i++) console.error(new Error("x".repeat(200))); 1'),
  arguments: floods('many arguments', 'console.log(...new Array(30000).fill("xxxx")); 1'),
  'own-limit': floods('lines under a small limit', 'for (let i = 0; i < 100; i++) console.log("x".repeat(100)); 1', {
    request: { limits: { logBytes: 500 } },
    expects: withinLimit(500),
  }),
  'no-logs': floods('lines where none are wanted', 'console.log("x"); 1', {
    request: { limits: { logBytes: 0 } },
    expects: withinLimit(0),
  }),
  endless: floods('lines without an end', 'for(;;) console.log("x".repeat(1000))', {
    request: { limits: { timeoutMs: 400 } },
    oracle: 'host-memory',
    expects: every(code('BEDDEL_TIMEOUT'), withinLimit()),
  }),
  streamed: {
    title: 'more lines to onLog than the limit allows',
    run: async (ctx) => {
      let size = 0
      const onLog = ({ text }: { text: string }): void => {
        size += text.length + 1
        if (size > MAX + 1) ctx.trip(`onLog was given ${size} units`)
      }
      await ctx.run('for (let i = 0; i < 5000; i++) console.log("x".repeat(100)); 1', { onLog })
    },
    oracle: 'tripwire',
  },
  getter: floods('a printed getter', 'let hit = 0; console.log({ get a() { hit++ } }); hit', { oracle: 'answer', expects: value(0) }),
  'inspect-custom': floods(
    'a printed object with its own inspect',
    'let hit = 0; console.log({ [Symbol.for("nodejs.util.inspect.custom")]() { hit++; return "" } }); hit',
    {
      oracle: 'answer',
      expects: value(0),
    },
  ),
  'symbol-tag': floods(
    'a printed object with a Symbol.toStringTag getter',
    'let hit = 0; console.log({ get [Symbol.toStringTag]() { hit++; return "x" } }); hit',
    {
      oracle: 'answer',
      expects: value(0),
    },
  ),
  'count-labels': floods('a counter for each of a million labels', 'for (let i = 0; i < 300000; i++) console.count("label " + i); 1'),
  'time-labels': floods('a timer for each of very many labels', 'for (let i = 0; i < 300000; i++) console.time("label " + i); 1'),
  'deep-groups': floods(
    'groups without an end',
    'for (let i = 0; i < 200; i++) console.group("x".repeat(100)); for (let i = 0; i < 50; i++) console.log("x"); 1',
  ),
  'deep-object': floods(
    'an object four hundred deep',
    'let o = {}; for (let i = 0; i < 400; i++) o = { o }; for (let i = 0; i < 30; i++) console.log(o); 1',
  ),
  'long-keys': floods('keys of a million units', 'for (let i = 0; i < 3; i++) console.log({ ["k".repeat(1e6)]: 1 }); 1'),
  'sparse-array': floods(
    'an array of a billion holes',
    'const a = [1]; a.length = 1e5; for (let i = 0; i < 20; i++) console.log(a, [...a]); 1',
  ),
  maps: floods(
    'a Map and a Set of very many entries',
    'const m = new Map(Array.from({ length: 20000 }, (_, i) => [i, "x".repeat(20)])); console.log(m, new Set(m.keys())); 1',
  ),
  bytes: floods('a typed array of a million bytes', 'console.log(new Uint8Array(2e5)); 1'),
  rope: floods('a text of a hundred million units', 'let s = "ab"; for (let i = 0; i < 23; i++) s += s; console.log(s); 1'),
  format: floods('a format of a hundred thousand places', 'console.log("%s".repeat(30000), ...new Array(30000).fill("xx")); 1'),
  'symbol-keys': floods(
    'symbol keys',
    'const o = {}; for (let i = 0; i < 5000; i++) o[Symbol("key " + i)] = i; console.log(o); console.log(o); 1',
  ),
  'long-causes': floods(
    'errors with causes',
    'let e = new Error("x"); for (let i = 0; i < 2000; i++) e = new Error("x".repeat(50), { cause: e }); console.log(e); 1',
  ),
  'then-throw': floods(
    'lines, and an error at the end',
    'for (let i = 0; i < 5000; i++) console.log("x".repeat(100)); throw new Error("x")',
  ),
})
