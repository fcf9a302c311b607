import { type AttackOf, family } from './attack.js'
import { code, type thrown as Thrown, thrown, value } from './expectations.js'

const throws = (title: string, what: string, name?: Parameters<typeof Thrown>[0]): AttackOf => ({
  title,
  code: `throw ${what}`,
  oracle: 'classification',
  expects: thrown(name),
})

const gives = (title: string, source: string, expected: unknown, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  oracle: 'answer',
  expects: value(expected),
  ...more,
})

/** Guests that want their ending, their form or their value taken for another one. */
export const confuseTheAdapter = family('confuse-the-adapter', {
  'timeout-message': throws('an error with the words of a timeout', 'new Error("Script execution timed out.")', 'Error'),
  'memory-message': throws(
    'an error with the words of a memory limit',
    'new Error("Isolate was disposed during execution due to memory limit")',
    'Error',
  ),
  'heap-message': throws('an error with the words of a full heap', 'new RangeError("JavaScript heap out of memory")', 'RangeError'),
  'stack-message': throws('an error with the words of a full stack', 'new RangeError("Maximum call stack size exceeded")', 'RangeError'),
  'stack-message-constructed': throws(
    'the same by Reflect.construct',
    'Reflect.construct(RangeError, ["Maximum call stack size exceeded"])',
    'RangeError',
  ),
  'stack-message-subclass': throws(
    'the same by a subclass',
    'new (class extends RangeError {})("Maximum call stack size exceeded")',
    'RangeError',
  ),
  'stack-message-constructor': throws(
    'the same by an error’s constructor',
    'new (Object.getPrototypeOf(new RangeError()).constructor)("Maximum call stack size exceeded")',
    'RangeError',
  ),
  'internal-error': throws(
    'an error of an engine’s own kind',
    'Object.assign(new Error("out of memory"), { name: "InternalError" })',
    'InternalError',
  ),
  'disposed-message': throws('an error with the words of a disposed engine', 'new Error("Isolate is disposed")', 'Error'),
  'crash-message': throws('an error with the words of a crash', 'new Error("The process of the run crashed")', 'Error'),
  'operations-message': throws('an error with the words of an operation limit', 'new Error("No operations are left")', 'Error'),
  'own-code': throws('an error with one of our codes', 'Object.assign(new Error("x"), { code: "BEDDEL_MEMORY_LIMIT" })', 'Error'),
  'own-code-host-call': throws(
    'an error with the code of a failed host call',
    'Object.assign(new Error("x"), { code: "BEDDEL_HOST_FUNCTION_FAILED" })',
    'Error',
  ),
  'own-marker': throws(
    'an error with our marker',
    'Object.assign(new Error("x"), { [Symbol.for("beddel.sandbox.error")]: true, code: "BEDDEL_DISPOSED" })',
    'Error',
  ),
  'engine-field': throws('an error that says the engine raised it', 'Object.assign(new Error("x"), { engine: "memory" })', 'Error'),
  'host-call-field': throws('an error that says a host call raised it', 'Object.assign(new Error("x"), { hostCall: 0 })', 'Error'),
  'abort-name': throws('an error with the name of an abort', 'Object.assign(new Error("x"), { name: "AbortError" })', 'AbortError'),
  'syntax-error': throws('a SyntaxError at run time', 'new SyntaxError("Unexpected token")', 'SyntaxError'),
  undefined: throws('undefined', 'undefined', 'NonError'),
  null: throws('null', 'null', 'NonError'),
  symbol: throws('a symbol', 'Symbol("timed out")', 'NonError'),
  'revoked-proxy': throws(
    'a revoked proxy',
    '(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()',
    'NonError',
  ),
  'throwing-proxy': throws(
    'a proxy whose traps throw',
    'new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 }, ownKeys() { throw 3 } })',
    'NonError',
  ),
  'throwing-getters': throws(
    'an error whose getters throw',
    'Object.defineProperties(new Error("x"), { name: { get() { throw 1 } }, message: { get() { throw 2 } }, stack: { get() { throw 3 } } })',
  ),
  'json-in-error': {
    title: 'JSON.stringify, replaced before a throw',
    code: `JSON.stringify = () => '{"name":"Error","message":"timed out"}'; throw new Error("mine")`,
    oracle: 'classification',
    expects: thrown('Error'),
  },
  'weak-set': {
    title: 'WeakSet.prototype.has, replaced before a throw',
    code: 'WeakSet.prototype.has = () => false; WeakSet.prototype.add = () => {}; throw new RangeError("Maximum call stack size exceeded")',
    oracle: 'classification',
    expects: thrown('RangeError'),
  },
  'closing-async-wrapper': {
    title: 'source that closes an async wrapper and goes on outside',
    code: '}); globalThis[bait.marker] = 1; (async function () { await 0',
    oracle: 'classification',
    expects: code('BEDDEL_GUEST_SYNTAX'),
  },
  'closing-wrapper': {
    title: 'source that closes a function wrapper and goes on outside',
    code: '}); globalThis[bait.marker] = 1; (function () { return 1',
    oracle: 'classification',
    expects: code('BEDDEL_GUEST_SYNTAX'),
  },
  'trailing-comment': gives('a comment at the end of a body', 'return 1 //', 1),
  'trailing-html-comment': gives('an HTML comment at the end of a body', 'return 1\n--> x', 1),
  'strict-directive': {
    title: 'a directive that must stay the first statement',
    code: '"use strict"; undeclared = 1; 2',
    oracle: 'classification',
    expects: thrown('ReferenceError'),
  },
  'return-in-text': gives('the word return in a string', 'const s = "return"; s', 'return'),
  'await-in-text': gives('the word await in a string', '"await"', 'await'),
  'export-in-text': gives('the word export in a template', '`\nexport default 1`.length', 17),
  'import-in-comment': gives('the word import in a comment', '/*\nimport x */ 1', 1),
  'return-in-function': gives('return in a nested function', '[1, 2].map(function (x) { return x * 2 })', [2, 4]),
  'await-as-name': gives('a variable named await', 'var await = 5; await', 5),
  'operations-forged': {
    title: 'a count of operations, replaced by one of its own',
    code: 'globalThis["__beddel_" + "meter"]?.(() => 99999); for (let i = 0; i < 500; i++); 1',
    request: { limits: { operations: 100_000 } },
    needs: ['operations'],
    oracle: 'bounds',
    expects: ({ usage: { operations = 0 } }) => (operations >= 500 ? undefined : `${operations} operations, not 500 or more`),
  },
  'source-too-large': {
    title: 'a source of one unit too much',
    code: '1',
    request: { limits: { sourceBytes: 1 } },
    run: async (ctx) => {
      await ctx.run(`1${' '.repeat(1024 * 1024)}`)
    },
    oracle: 'bounds',
    expects: code('BEDDEL_SOURCE_TOO_LARGE'),
  },
  'promise-replaced': gives('Promise, replaced', 'globalThis.Promise = class { then() {} }; return (await 0, 7)', 7, {
    oracle: 'settle-time',
  }),
  'keys-replaced': gives('Object.keys, replaced', 'Object.keys = () => ["forged"]; ({ a: 1 })', { a: 1 }),
  'is-array-replaced': gives('Array.isArray, replaced', 'Array.isArray = () => true; ({ a: 1 })', { a: 1 }),
  'iterator-replaced': gives(
    'the iterator of Map, replaced',
    'Map.prototype[Symbol.iterator] = function* () {}; new Map([[1, 2]])',
    new Map([[1, 2]]),
  ),
  'has-instance': gives(
    'Symbol.hasInstance of Map',
    'Object.defineProperty(Map, Symbol.hasInstance, { value: () => true, configurable: true }); ({ a: 1 })',
    { a: 1 },
  ),
  'to-json-planted': gives('toJSON on Object.prototype', 'Object.prototype.toJSON = () => "forged"; ({ a: 1 })', { a: 1 }),
})
