import type { AnswerCase, Answer } from './answer.js'

const ends = (name: string, source: string, gives: Answer, more: Partial<AnswerCase> = {}): AnswerCase => ({ name, source, gives, ...more })
const thrown = (name: string, source: string, error: string, message?: string): AnswerCase =>
  ends(name, source, { code: 'BEDDEL_GUEST_THROWN', phase: 'run', name: error, ...(message !== undefined && { message }) })

const fail = async (): Promise<never> => {
  throw new Error('secret')
}

const nested = (open: string, close: string): string => open.repeat(50_000) + close.repeat(50_000)
const brackets = nested('[', ']')
/** More than any parser here can go: which form such a source has cannot be told, so none is said to be wrong. */
const deeplyNested: readonly AnswerCase[] = [
  ['a script', brackets],
  ['blocks', nested('{', '}')],
  ['what is awaited', `await ${brackets}`],
  ['what is awaited, in parentheses', `await ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
  ['a returned value', `return ${brackets}`],
  ['after an await', `await 0; ${brackets}`],
  ['a module', `export default ${brackets}`],
].map(([name, source]) => {
  const needs = name === 'a module' ? { needs: ['modules'] as const } : {}
  return ends(`stack: brackets in brackets: ${name}`, source as string, { code: 'BEDDEL_STACK_LIMIT', phase: 'run' }, needs)
})

/** Errors, limits and host functions: success, code, phase and the guest's error name are the same everywhere. */
export const endingCases: readonly AnswerCase[] = [
  thrown('throws an Error', 'throw new Error("a")', 'Error', 'a'),
  thrown('throws each kind of error', 'throw new URIError("a")', 'URIError', 'a'),
  thrown('throws a subclass', 'class MyError extends TypeError { name = "MyError" } throw new MyError("b")', 'MyError', 'b'),
  thrown('throws from a body', 'await 0; throw new RangeError("c")', 'RangeError', 'c'),
  { ...thrown('throws from a module', 'export default 1; throw new EvalError("d")', 'EvalError', 'd'), needs: ['modules'] },
  thrown('rejects', 'Promise.reject(new SyntaxError("e"))', 'SyntaxError', 'e'),
  thrown('rejects later', 'await 0; await Promise.reject(new Error("f"))', 'Error', 'f'),
  thrown('throws a string', 'throw "text"', 'NonError'),
  thrown('throws undefined', 'throw undefined', 'NonError'),
  thrown('throws null', 'throw null', 'NonError'),
  thrown('throws a plain object', 'throw { message: "x" }', 'NonError'),
  thrown('a ReferenceError of the engine', 'missing', 'ReferenceError'),
  thrown('a TypeError of the engine', 'null.x', 'TypeError'),
  thrown('a RangeError of the engine', 'new Array(-1)', 'RangeError'),
  thrown('a URIError of the engine', 'decodeURIComponent("%")', 'URIError'),
  thrown('a SyntaxError at run time', 'JSON.parse("{")', 'SyntaxError'),
  thrown('a bad regular expression at run time', 'new RegExp("(")', 'SyntaxError'),
  thrown('assignment to a constant', 'const a = 1; a = 2', 'TypeError'),
  thrown('use before definition', 'x; let x = 1', 'ReferenceError'),
  thrown('an error with the words of a timeout', 'throw new Error("Script execution timed out.")', 'Error'),
  thrown('an error with the words of a stack', 'throw new RangeError("Maximum call stack size exceeded")', 'RangeError'),
  thrown('code from strings: eval', 'eval("1")', 'ReferenceError'),
  thrown('code from strings: Function', 'Function("return 1")', 'ReferenceError'),
  thrown('code from strings: a constructor', '(() => {}).constructor("return 1")', 'TypeError'),
  thrown('code from strings: an async constructor', '(async () => {}).constructor("return 1")', 'TypeError'),
  thrown('an empty message', 'throw new Error()', 'Error', ''),
  ends('stack: a recursion without end', '(function f() { return 1 + f() })()', { code: 'BEDDEL_STACK_LIMIT', phase: 'run' }),
  ends(
    'stack: caught by the guest',
    '(function f() { try { return f() } catch (e) { return e instanceof RangeError || e.name === "InternalError" } })()',
    { value: true },
  ),
  ends('stack: in a body', 'await 0; return (function f() { return 1 + f() })()', { code: 'BEDDEL_STACK_LIMIT', phase: 'run' }),
  ends(
    'stack: in a module',
    'export default (function f() { return 1 + f() })()',
    { code: 'BEDDEL_STACK_LIMIT', phase: 'run' },
    { needs: ['modules'] },
  ),
  ends(
    'stack: in a module that awaits',
    'await 0; export default (function f() { return 1 + f() })()',
    { code: 'BEDDEL_STACK_LIMIT', phase: 'run' },
    { needs: ['modules'] },
  ),
  { ...thrown('a module throws no Error', 'export default 1; throw { a: 1 }', 'NonError'), needs: ['modules'] },
  ends('a module with a rejection that nobody handles', 'Promise.reject(1); export default 2', { value: 2 }, { needs: ['modules'] }),
  ...deeplyNested,
  ends('time: a loop', 'for(;;);', { code: 'BEDDEL_TIMEOUT' }, { request: { limits: { timeoutMs: 250 } } }),
  ends(
    'time: a promise that never settles',
    'new Promise(() => {})',
    { code: 'BEDDEL_TIMEOUT' },
    { request: { limits: { timeoutMs: 250 } } },
  ),
  ends('time: an await loop', 'while (true) await 0', { code: 'BEDDEL_TIMEOUT' }, { request: { limits: { timeoutMs: 250 } } }),
  ends(
    'memory: objects',
    'const a = []; for(;;) a.push([a.length, {}])',
    { code: 'BEDDEL_MEMORY_LIMIT' },
    { request: { limits: { memoryBytes: 16 * 1024 * 1024, timeoutMs: 10_000 } }, needs: ['memory'] },
  ),
  ends(
    'operations: a loop',
    'for(;;);',
    { code: 'BEDDEL_OPERATION_LIMIT' },
    { request: { limits: { operations: 5_000 } }, needs: ['operations'] },
  ),
  ends(
    'operations: enough',
    'let n = 0; for (let i = 0; i < 10; i++) n += i; n',
    { value: 45 },
    { request: { limits: { operations: 1_000_000 } }, needs: ['operations'] },
  ),
  ends('size: the source', '1 + 1 + 1', { code: 'BEDDEL_SOURCE_TOO_LARGE', phase: 'admit' }, { request: { limits: { sourceBytes: 5 } } }),
  ends(
    'size: the input',
    '1',
    { code: 'BEDDEL_INPUT_TOO_LARGE', phase: 'admit', path: 'input' },
    { request: { input: 'x'.repeat(200), limits: { inputBytes: 100 } } },
  ),
  ends(
    'size: the result',
    '"x".repeat(200)',
    { code: 'BEDDEL_RESULT_TOO_LARGE', phase: 'result' },
    { request: { limits: { resultBytes: 100 } } },
  ),
  ends('size: a deep result', 'let d = 1; for (let i = 0; i < 300; i++) d = [d]; d', { code: 'BEDDEL_RESULT_TOO_LARGE', phase: 'result' }),
  ends(
    'size: a deep result of getters',
    'let d = 1; for (let i = 0; i < 300; i++) { const inner = d; d = { get a() { return inner } } } d',
    { code: 'BEDDEL_RESULT_TOO_LARGE', phase: 'result' },
  ),
  ends('size: a result of getters without end', 'const make = () => ({ get a() { return make() } }); make()', {
    code: 'BEDDEL_RESULT_TOO_LARGE',
    phase: 'result',
  }),
  ends('a result with a getter that overflows the stack', '({ get a() { return (function f() { return 1 + f() })() } })', {
    code: 'BEDDEL_NOT_TRANSFERABLE',
    phase: 'result',
    path: 'result',
  }),
  ends(
    'host: a value',
    'return await add(1, 2)',
    { value: 3 },
    { request: { hostFunctions: { add: (a: number, b: number) => a + b } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: nested names',
    'return [await a.b.c(1), typeof a.b, Object.keys(a)]',
    { value: [2, 'object', ['b']] },
    { request: { hostFunctions: { a: { b: { c: (x: number) => x + 1 } } } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: many at once',
    'return await Promise.all([1, 2, 3].map((x) => twice(x)))',
    { value: [2, 4, 6] },
    { request: { hostFunctions: { twice: async (x: number) => x * 2 } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: an error the guest catches',
    'try { await f() } catch (e) { return [e instanceof Error, e.name, e.message, e.code, e.message.includes("secret")] }',
    { value: [true, 'HostFunctionError', 'f failed', 'BEDDEL_HOST_FUNCTION_FAILED', false] },
    { request: { hostFunctions: { f: fail } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: an error that the guest may see',
    'try { await f() } catch (e) { return [e.name, e.message] }',
    { value: ['Error', 'secret'] },
    { request: { hostFunctions: { f: fail } }, executorOptions: { exposeHostErrors: true }, needs: ['hostCalls'] },
  ),
  ends(
    'host: an error nobody catches',
    'await f()',
    { code: 'BEDDEL_HOST_FUNCTION_FAILED', phase: 'host-call', name: 'HostFunctionError' },
    { request: { hostFunctions: { f: fail } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: an error nobody catches in a module',
    'export default await f()',
    { code: 'BEDDEL_HOST_FUNCTION_FAILED', phase: 'host-call', name: 'HostFunctionError' },
    { request: { hostFunctions: { f: fail } }, needs: ['hostCalls', 'modules'] },
  ),
  ends(
    'host: a result that does not cross',
    'try { await f() } catch (e) { return e.name }',
    { value: 'TypeError' },
    { request: { hostFunctions: { f: () => () => 1 } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: an argument that does not cross',
    'try { await f(() => 1) } catch (e) { return e.name }',
    { value: 'TypeError' },
    { request: { hostFunctions: { f: () => 1 } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: the call limit',
    'for (let i = 0; i < 5; i++) await f()',
    { code: 'BEDDEL_HOST_CALL_LIMIT' },
    { request: { limits: { hostCalls: 3 }, hostFunctions: { f: () => 1 } }, needs: ['hostCalls'] },
  ),
  ends(
    'host: its name and its text',
    'return [f.name, typeof f, f instanceof Object]',
    { value: ['f', 'function', true] },
    { request: { hostFunctions: { f: () => 1 } }, needs: ['hostCalls'] },
  ),
]
