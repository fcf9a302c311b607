import type { Answer, AnswerCase } from './answer.js'

/** Runs `source` in a session after the sources of `after`. */
const ends = (name: string, after: readonly string[], source: string, gives: Answer, more: Partial<AnswerCase> = {}): AnswerCase => ({
  name: `session: ${name}`,
  after,
  source,
  gives,
  needs: ['session'],
  ...more,
})
const is = (name: string, after: readonly string[], source: string, value: unknown): AnswerCase => ends(name, after, source, { value })
const thrown = (name: string, source: string, error: string, message?: string): AnswerCase =>
  ends(name, [], source, { code: 'BEDDEL_GUEST_THROWN', phase: 'run', name: error, ...(message !== undefined && { message }) })

const fail = (): never => {
  throw new Error('secret')
}
const withHost: Partial<AnswerCase> = { needs: ['session', 'hostCalls'], request: { hostFunctions: { f: fail } } }
const hostFailed: Answer = { code: 'BEDDEL_HOST_FUNCTION_FAILED', phase: 'host-call', name: 'HostFunctionError' }
const stack: Answer = { code: 'BEDDEL_STACK_LIMIT', phase: 'run' }
const syntax: Answer = { code: 'BEDDEL_GUEST_SYNTAX', phase: 'compile', name: 'SyntaxError' }

/** What the scripts, bodies and modules of a session end in, and what they leave behind. */
export const sessionCases: readonly AnswerCase[] = [
  is('let stays', ['let a = 1'], 'a', 1),
  is('const stays', ['const a = (() => 2)()'], 'a', 2),
  is('a class stays', ['class A { b = 3 }'], 'new A().b', 3),
  is('a function stays, and is there before its line', ['const a = f(); function f() { return 4 }'], '[a, f()]', [4, 4]),
  is('var is a property of the global object', ['var a = 5'], 'globalThis.a', 5),
  is('a destructured name stays', ['const { a, b: [c] } = { a: 1, b: [2] }'], '[a, c]', [1, 2]),
  is(
    'an anonymous function is named after its variable',
    ['const a = () => 1, b = function () {}, c = class {}'],
    '[a.name, b.name, c.name]',
    ['a', 'b', 'c'],
  ),
  is('a closure sees later changes', ['let n = 0, next = () => ++n', 'next()'], '[n, next(), n]', [1, 2, 2]),
  is('what stood before an error stays', ['let a = 6; a++; null.x; a++'], 'a', 7),
  is('the value of the last statement', [], 'let a = 1; a + 1; let b = 2', 2),
  is('the value of an expression before a function', [], '7\nfunction f() {}', 7),
  is('the value before an empty block', [], '8; let a = 1; {}', 8),
  is('a directive is its value', [], '"use strict"', 'use strict'),
  is('strict by its directive', [], '"use strict"; let a = (function () { return this === undefined })(); a', true),
  is('this is the global object', [], 'let a = this === globalThis; a', true),
  is('a label and a loop', [], 'let n = 0; a: for (;;) { for (;;) { if (++n > 3) break a } } n', 4),
  is('a rejection that nobody handles', [], 'let a = 1; Promise.reject(new Error("nobody")); 9', 9),
  is('after a rejection that nobody handles', ['let a = 1; Promise.reject(new Error("nobody")); 9'], 'a', 1),
  thrown('an Error', 'throw new TypeError("a")', 'TypeError', 'a'),
  thrown('an Error in the value of a variable', 'const a = (() => { throw new TypeError("b") })()', 'TypeError', 'b'),
  thrown('no Error', 'let a = 1; throw { a }', 'NonError'),
  thrown('no Error in the value of a variable', 'let a = (() => { throw 5 })()', 'NonError'),
  thrown('an error of the engine', 'let a = null; a.x', 'TypeError'),
  thrown('the words of a stack overflow', 'throw new RangeError("Maximum call stack size exceeded")', 'RangeError'),
  ends('declared twice', ['let a = 1'], 'let a = 2', { code: 'BEDDEL_GUEST_THROWN', name: 'SyntaxError' }),
  ends('an error that a former script caught is not this one', ['try { throw new TypeError("old") } catch {}'], 'throw 1', {
    code: 'BEDDEL_GUEST_THROWN',
    name: 'NonError',
  }),
  ends('a syntax error', [], ')', syntax),
  ends('a syntax error after a declaration', ['let a = 1'], 'let b = 1; }', syntax),
  ends('a stack overflow', [], '(function f() { return 1 + f() })()', stack),
  ends('a stack overflow in the value of a variable', [], 'const a = (function f() { return 1 + f() })()', stack),
  is('after a stack overflow', ['let a = 1; (function f() { return 1 + f() })()'], 'a', 1),
  ends('a host error in a script', [], 'let a = 1; f()', hostFailed, withHost),
  ends('a host error in a body', [], 'await f()', hostFailed, withHost),
  ends('a host error in a module', [], 'export default await f()', hostFailed, { ...withHost, needs: ['session', 'hostCalls', 'modules'] }),
]
