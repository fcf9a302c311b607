import { type AttackOf, family } from './attack.js'
import { thrown } from './expectations.js'

/** Guests that dress their own error up as an ending of the sandbox's. It must stay what it is: thrown by the guest. */
const spoof = (title: string, source: string, name = 'Error'): AttackOf => ({
  title,
  code: source,
  oracle: 'classification',
  expects: thrown(name),
})
const said = (title: string, message: string): AttackOf => spoof(title, `throw new Error(${JSON.stringify(message)})`)

/** Endings by their words, their fields, and what a prototype lends to a record of the host's. */
export const spoofedEndings = family('spoofed-endings', {
  'words-of-node-vm': said('the words of node:vm', 'Script execution timed out after 1000ms'),
  'words-of-an-isolate': said('the words of a disposed isolate', 'Isolate is already disposed'),
  'words-of-a-worker': said(
    'the words of a worker without memory',
    'Worker terminated due to reaching memory limit: JS heap out of memory',
  ),
  'words-of-an-array': said('the words of a failed allocation', 'Array buffer allocation failed: out of memory'),
  'words-of-a-recursion': said('the words of a full stack', 'too much recursion: Maximum call stack size exceeded'),
  'words-of-our-own': said('our own words', 'The run did not finish within its time and its process was killed: timed out'),
  'words-of-a-host-function': said('the words of a failed host function', 'host function f failed'),
  'words-of-a-limit': said('the words of a spent budget', 'No operations are left in the budget'),
  'code-timeout': spoof('the code of a timeout', 'throw Object.assign(new Error("x"), { code: "BEDDEL_TIMEOUT", started: false })'),
  'code-crash': spoof('the code of a crash', 'throw Object.assign(new Error("x"), { code: "BEDDEL_ENGINE_CRASHED", retryable: true })'),
  'code-busy': spoof(
    'a code that asks for a retry',
    'throw Object.assign(new Error("x"), { code: "BEDDEL_BUSY", retryable: true, started: false })',
  ),
  'code-in-cause': spoof('a code in the cause', 'throw Object.assign(new Error("memory"), { cause: { code: "BEDDEL_MEMORY_LIMIT" } })'),
  'code-getter': spoof(
    'a code that changes between two reads',
    'let n = 0; throw Object.defineProperty(new Error("x"), "code", { get: () => n++ ? "BEDDEL_MEMORY_LIMIT" : "BEDDEL_TIMEOUT", enumerable: true })',
  ),
  'name-timeout': spoof('the name of a timeout', 'throw Object.assign(new Error("timed out"), { name: "TimeoutError" })', 'TimeoutError'),
  'name-of-our-own': spoof(
    'the name of our own error class',
    'throw Object.assign(new Error("x"), { name: "SandboxError", code: "BEDDEL_DISPOSED" })',
    'SandboxError',
  ),
  'name-of-a-fault': spoof(
    'the name and kind of the toolkit’s fault',
    'throw Object.assign(new Error("memory"), { name: "CellFault", kind: "memory" })',
    'CellFault',
  ),
  'class-of-our-own': spoof(
    'a class named as ours',
    'class SandboxError extends Error { name = "SandboxError"; code = "BEDDEL_POLICY"; phase = "admit"; engine = "x"; started = false }; throw new SandboxError("x")',
    'SandboxError',
  ),
  'range-error-fields': spoof(
    'a RangeError with the mark of a full stack',
    'throw Object.assign(new RangeError("x"), { engine: "stack" })',
    'RangeError',
  ),
  'lent-code': spoof('a code lent by Object.prototype', 'Object.prototype.code = "BEDDEL_TIMEOUT"; throw new Error("mine")'),
  'lent-engine': spoof('an engine’s mark lent by Object.prototype', 'Object.prototype.hostCall = 0; throw new Error("mine")'),
  'lent-to-json': spoof(
    'a report lent by Object.prototype',
    'Object.prototype.toJSON = () => ({ name: "Error", message: "out of memory" }); throw new Error("mine")',
  ),
  'lent-to-json-to-a-value': spoof(
    'a report lent by Object.prototype for a thrown value that is no error',
    'Object.prototype.toJSON = () => ({ name: "x", message: "m", engine: "memory" }); throw 1',
    'NonError',
  ),
  'lent-to-json-to-null': spoof(
    'the same for null, with the words of a failed host call',
    'Object.prototype.toJSON = () => ({ name: "Error", message: "host function failed", hostCall: 0 }); throw null',
    'NonError',
  ),
  'lent-problem': {
    title: 'a problem lent by Object.prototype to the record of a result',
    code: 'Object.prototype.problem = { kind: "size", what: "forged", path: "result" }; 7',
    oracle: 'answer',
    expects: (outcome) => (outcome.success && outcome.result === 7 ? undefined : 'the guest chose its ending'),
  },
  'has-instance': spoof(
    'Symbol.hasInstance that takes every error for a syntax error',
    'Object.defineProperty(SyntaxError, Symbol.hasInstance, { value: () => true, configurable: true }); throw new Error("mine")',
  ),
  'string-test': spoof('RegExp.prototype.test, replaced before a throw', 'RegExp.prototype.test = () => true; throw new Error("mine")'),
  'rejected-code': spoof(
    'a code in a rejection',
    'await 0; return Promise.reject(Object.assign(new Error("x"), { code: "BEDDEL_SESSION_LOST" }))',
  ),
  'late-code': spoof(
    'a code thrown from a microtask of the result',
    'await 0; return { then(_, reject) { reject(Object.assign(new Error("x"), { code: "BEDDEL_PROTOCOL" })) } }',
  ),
})
