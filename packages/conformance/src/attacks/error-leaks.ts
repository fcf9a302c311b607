import { type AttackOf, family } from './attack.js'
import { atMost, code, thrown } from './expectations.js'
import type { GuestError, Outcome } from '@beddel/core'

const shows = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  oracle: 'host-path',
  ...more,
})
const bounded = (title: string, source: string, max: number, of: (guest: GuestError) => number): AttackOf => ({
  title,
  code: source,
  oracle: 'bounds',
  expects: atMost(max, 'its length', (outcome: Outcome) => (outcome.error?.guest === undefined ? 0 : of(outcome.error.guest))),
})

/** Errors that say too much, and errors that are too much. */
export const errorLeaks = family('error-leaks', {
  'thrown-stack': shows('the stack of a thrown error', 'throw new Error("x")'),
  'own-stack': shows('the stack of an error that the guest keeps', 'new Error("x").stack'),
  'async-stack': shows('the stack of an error in an async body', 'return new Error("x").stack'),
  'engine-error': shows('the stack of an error of the engine', 'try { null.x } catch (e) { e.stack }'),
  'engine-error-thrown': shows('the same, uncaught', 'null.x'),
  'syntax-error': shows('the stack of a syntax error', 'let let = 1'),
  'json-error': shows('the stack of an error of JSON.parse', 'try { JSON.parse("{") } catch (e) { e.stack }'),
  rejected: shows('the stack of a rejection', 'Promise.reject(new Error("x"))'),
  capture: shows('Error.captureStackTrace', 'const o = {}; Error.captureStackTrace?.(o); String(o.stack)'),
  limit: shows(
    'a stack without a limit',
    'Error.stackTraceLimit = 1000; return (function f(n) { return n ? f(n - 1) : new Error("x").stack })(20)',
  ),
  'call-site-files': shows(
    'file names of call sites',
    'Error.prepareStackTrace = (_, sites) => sites.map((s) => [s.getFileName(), s.getScriptNameOrSourceURL?.(), s.getEvalOrigin()].join()).join(); String(new Error("x").stack)',
  ),
  'call-site-text': shows(
    'the text of call sites',
    'Error.prepareStackTrace = (_, sites) => sites.map(String).join(); const e = {}; Error.captureStackTrace?.(e); String(e.stack ?? new Error("x").stack)',
  ),
  'import-error': shows('the error of import()', 'return await import("./nope.js").catch((e) => `${e.message} ${e.stack}`)'),
  'import-bare-error': shows(
    'the error of import() of a package',
    'return await import("no-such-package").catch((e) => `${e.message} ${e.stack}`)',
  ),
  'require-error': shows('the error of require', 'try { require("no-such-package") } catch (e) { `${e.message} ${e.stack}` }'),
  trace: shows('console.trace', 'console.trace("x"); 1'),
  'printed-error': shows('a printed error', 'console.log(new Error("x")); 1'),
  'function-text': shows('the text of a built-in that calls the host', 'String(console.log) + String(console.trace)', {
    oracle: 'answer',
    expects: noHostSource,
  }),
  'global-names': {
    title: 'names of the host on the global object',
    code: 'Object.getOwnPropertyNames(globalThis).filter((n) => /^process|require|module|^Buffer$|^global$|__dirname|setImmediate|ivm|host/i.test(n))',
    oracle: 'answer',
    expects: (outcome) =>
      outcome.success && Array.isArray(outcome.result) && outcome.result.length === 0 ? undefined : 'there are names of the host',
  },
  'unhandled-rejection': { title: 'a rejection that nobody handles', code: 'Promise.reject(new Error("x")); 1', oracle: 'host-crash' },
  'late-throw': {
    title: 'an async function that throws after the end',
    code: '(async () => { await 0; await 0; throw new Error("late") })(); 1',
    oracle: 'host-crash',
  },
  'rejected-undefined': { title: 'a rejection with undefined that nobody handles', code: 'Promise.reject(); 1', oracle: 'host-crash' },
  'long-message': bounded('a message of ten million units', 'throw new Error("x".repeat(1e7))', 8_192, (guest) => guest.message.length),
  'long-name': bounded(
    'a name of a million units',
    'throw Object.assign(new Error("x"), { name: "n".repeat(1e6) })',
    256,
    (guest) => guest.name.length,
  ),
  'long-stack': bounded(
    'a stack of a million units',
    'throw Object.defineProperty(new Error("x"), "stack", { value: "at guest.js:1:1\\n".repeat(1e5) })',
    20_000,
    (guest) => guest.stack?.length ?? 0,
  ),
  'many-properties': bounded(
    'an error with a hundred thousand properties',
    'const e = new Error("x"); for (let i = 0; i < 1e5; i++) e["p" + i] = i; throw e',
    16,
    (guest) => Object.keys(guest.properties ?? {}).length,
  ),
  'large-property': bounded(
    'an error with a property of a million units',
    'throw Object.assign(new Error("x"), { data: "x".repeat(1e6) })',
    4_096,
    (guest) => JSON.stringify(guest.properties ?? {}).length,
  ),
  'property-getter': {
    title: 'a property of an error that is a getter',
    code: 'let n = 0; throw Object.defineProperty(new Error("x"), "p", { get() { throw new Error("timed out") }, enumerable: true })',
    oracle: 'classification',
    expects: thrown('Error'),
  },
  'to-json': {
    title: 'a toJSON on a thrown error',
    code: 'throw Object.assign(new Error("x"), { toJSON: () => ({ name: "Error", message: "memory" }) })',
    oracle: 'classification',
    expects: thrown('Error'),
  },
  'thrown-in-then': {
    title: 'an error thrown by then of the result',
    code: '({ get then() { throw Object.assign(new Error("x"), { code: "BEDDEL_TIMEOUT" }) } })',
    oracle: 'classification',
    expects: code('BEDDEL_GUEST_THROWN'),
  },
})

/** Built-ins of the sandbox may show their own text, never what they call in the host. */
function noHostSource(outcome: Outcome): string | undefined {
  if (!outcome.success) return undefined
  return /inspect|logs\.push|onLog/.test(String(outcome.result)) ? 'the text shows the host’s source' : undefined
}
