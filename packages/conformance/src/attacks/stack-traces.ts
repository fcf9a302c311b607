import { type AttackOf, family } from './attack.js'
import { thrown } from './expectations.js'
import { REACH } from './guest.js'

/** A way to the host through the machinery of stack traces: what is found comes out as text. */
const sites = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: `${REACH}${source}`,
  oracle: 'env-secret',
  ...more,
})

const paths = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  oracle: 'host-path',
  ...more,
})

/** An error whose reading fails, or runs code: it is the guest's own error all the same. */
const odd = (title: string, source: string, name?: string): AttackOf => ({
  title,
  code: source,
  oracle: 'classification',
  expects: thrown(name),
})

/** Error objects, their stacks, and the hook that formats them. */
export const stackTraces = family('stack-traces', {
  'hook-error': sites(
    'the error that Error.prepareStackTrace is given',
    'let found; Error.prepareStackTrace = function (error, list) { found ??= reach(error, list, this); return "" }; new Error("x").stack; return found ?? reach(new Error("x"))',
  ),
  'hook-host-error': sites(
    'an error of the engine’s own in Error.prepareStackTrace',
    'let found = "nothing"; Error.prepareStackTrace = (error, list) => { const got = reach(error, list); if (got !== "nothing") found = got; return "" }; for (const f of [() => null.x, () => JSON.parse("{"), () => new Array(-1), () => decodeURIComponent("%"), () => (1).toFixed(101)]) try { f() } catch (e) { String(e.stack); if (found === "nothing") found = reach(e) } return found',
  ),
  'hook-sites': sites(
    'the call sites themselves',
    'let found = "nothing"; Error.prepareStackTrace = (_, list) => { for (const s of list) { const got = reach(s, s.getThis?.(), s.getFunction?.(), s.getTypeName, s.getPosition); if (got !== "nothing") found = got } return "" }; new Error("x").stack; return found === "nothing" ? reach(Error) : found',
  ),
  'hook-caller': sites(
    'who calls Error.prepareStackTrace',
    'let found; Error.prepareStackTrace = function () { found ??= reach(up(arguments), ...(up(arguments)?.arguments ?? [])); return "" }; new Error("x").stack; return found && found !== "nothing" ? found : reach(Error.prepareStackTrace)',
  ),
  'hook-at-the-host': sites(
    'Error.prepareStackTrace, called when the host reads the stack of a thrown error',
    'Error.prepareStackTrace = function (error, list) { return reach(this, error, list) }; throw new Error("x")',
  ),
  'hook-by-printing': sites(
    'Error.prepareStackTrace, called when a printed error is formatted',
    'Error.prepareStackTrace = function (error, list) { return reach(this, error, list) }; console.log(new Error("x")); return 1',
  ),
  'hook-as-getter': sites(
    'Error.prepareStackTrace as a getter',
    'let found; Object.defineProperty(Error, "prepareStackTrace", { get() { found ??= reach(this, up(arguments)); return undefined }, configurable: true }); String(new Error("x").stack); return found ?? reach(Error)',
  ),
  'hook-deep': sites(
    'a host error at the end of the stack, formatted by the guest',
    'let found = "nothing"; Error.prepareStackTrace = (error, list) => { const got = reach(error, ...list); if (got !== "nothing") found = got; return [] }; (function f() { try { f() } catch (e) { try { String(e.stack) } catch (x) { const got = reach(x); if (got !== "nothing") found = got } } })(); return found === "nothing" ? reach(Error) : found',
  ),
  'stack-getter': sites(
    'a stack that is a getter',
    'throw Object.defineProperty(new Error("x"), "stack", { get() { return reach(this, up(arguments)) } })',
  ),
  'message-getter': sites(
    'a message that is a getter',
    'throw Object.defineProperty(new Error("x"), "message", { get() { return reach(this, up(arguments)) } })',
  ),
  'name-in-prototype': sites(
    'a name that is a getter of Error.prototype',
    'Object.defineProperty(Error.prototype, "name", { get() { return reach(this, up(arguments)) }, configurable: true }); throw new Error("x")',
  ),
  'to-string': sites(
    'a toString of a thrown value',
    'throw { get name() { return reach(this, up(arguments)) }, toString() { return reach(this) } }',
  ),
  'stack-limit-value': sites(
    'Error.stackTraceLimit as an object with a valueOf',
    'let found = reach(Error.stackTraceLimit); Error.stackTraceLimit = { valueOf() { found = reach(this); return 10 } }; String(new Error("x").stack); return found === "nothing" ? reach(Error) : found',
  ),
  'rejected-reason': sites(
    'the reason of a rejection of the engine’s own',
    'const found = []; for (const p of [import("x"), Promise.any([]), (async () => null.x)()]) await p.catch((e) => found.push(reach(e, ...(e.errors ?? [])))); return found.join()',
  ),
  'async-stack': paths(
    'the stack of an error after many awaits',
    'const f = async (n) => { await 0; if (n > 0) return f(n - 1); return new Error("x").stack }; return await f(30)',
  ),
  'capture-on-error': paths(
    'Error.captureStackTrace on an error of another kind',
    'const e = new RangeError("x"); Error.captureStackTrace?.(e); return String(e.stack ?? "")',
  ),
  'capture-unlimited': paths(
    'Error.captureStackTrace without a limit, from a callback of a built-in',
    'Error.stackTraceLimit = Infinity; return [1].map(() => { const o = {}; Error.captureStackTrace?.(o); return String(o.stack ?? new Error("x").stack) })[0]',
  ),
  'stack-of-overflow': paths(
    'the stack of a stack overflow',
    'Error.stackTraceLimit = Infinity; try { (function f() { f() })() } catch (e) { String(e.stack).slice(-2000) }',
  ),
  'stack-of-regexp': paths('the stack of a bad regular expression', 'try { new RegExp("(") } catch (e) { String(e.stack) }'),
  'stack-of-then': paths('the stack of an error in a then', 'return await Promise.resolve().then(() => new Error("x").stack)'),
  'stack-of-getter': paths('the stack of an error in a getter of the result', 'return { get a() { return new Error("x").stack } }'),
  'stack-of-to-json': paths(
    'the stack of an error in a toJSON of the result',
    'return { toJSON() { return { a: new Error("x").stack } } }',
  ),
  'stack-of-module': paths('the stack of an error in a module', 'export default new Error("x").stack', { needs: ['modules'] }),
  'source-url': paths('a stack under a name of the guest’s choice', 'throw new Error("x")\n//# sourceURL=file:///node_modules/forged.js'),
  'cyclic-cause': odd('an error that is its own cause', 'const e = new Error("x"); e.cause = e; throw e', 'Error'),
  'bigint-property': odd('an error with a bigint', 'throw Object.assign(new Error("x"), { n: 1n })', 'Error'),
  'throwing-to-json': odd('an error whose toJSON throws', 'throw Object.assign(new Error("x"), { toJSON() { throw 1 } })', 'Error'),
  'null-prototype': odd('an object without a prototype', 'throw Object.create(null)', 'NonError'),
  function: odd('a function', 'throw () => 1', 'NonError'),
  array: odd('an array', 'throw [1]', 'NonError'),
  number: odd('a number', 'throw 7', 'NonError'),
  bigint: odd('a bigint', 'throw 7n', 'NonError'),
  date: odd('a Date', 'throw new Date(0)', 'NonError'),
  promise: odd('a promise', 'throw new Promise(() => {})', 'NonError'),
  'symbol-message': odd(
    'an error with a symbol for a message',
    'throw Object.assign(new Error(), { message: Symbol("x"), name: Symbol("y") })',
  ),
  'proxy-error': odd(
    'a proxy of an error that lies about its kind',
    'throw new Proxy(new Error("x"), { get: (target, key) => key === "message" ? "timed out" : Reflect.get(target, key), getPrototypeOf: () => RangeError.prototype })',
  ),
})
