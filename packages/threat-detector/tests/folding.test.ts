import { expect, test } from 'vitest'
import { SandboxThreatDetector } from '../src/index.js'

const detector = new SandboxThreatDetector()
const found = async (code: string): Promise<string[]> => {
  const { patterns, problem } = await detector.analyzeCode(code)
  expect(problem).toBeUndefined()
  return patterns.map(({ name, text }) => `${name} ${text}`)
}

test.each([
  ['the examples of the issue', `globalThis['ev'+'al']`, 'EVAL eval'],
  ['an escaped name', `(()=>{}).c\\u006fnstructor('return 1')()`, 'VM_ESCAPE Function("return 1")'],
  ['a constant in a variable', `const p = 'pro'; globalThis[p+'cess']`, 'PROCESS_ACCESS process'],
  ['a template', 'globalThis[`pro${"ce"}ss`]', 'PROCESS_ACCESS process'],
  ['a variable that grows', `let s = 'pro'; s += 'cess'; globalThis[s]`, 'PROCESS_ACCESS process'],
  ['a variable that is made of itself', `let s = 'ev'; s = s + 'al'; globalThis[s]`, 'EVAL eval'],
  ['variables that are made of one another', `let a = 'ev', b; b = a; a = b + 'al'; globalThis[a]`, 'EVAL eval'],
  ['a variable that is set later', `let f; f = eval; f('1')`, 'EVAL eval'],
  ['an array by its index', `const w = ['log', 'eval']; globalThis[w[1]]`, 'EVAL eval'],
  ['a decoder', `const w = ['log', 'eval']; function d(i) { return w[i - 0x10] } globalThis[d(0x11)]`, 'EVAL eval'],
  [
    'a decoder that lowers its parameter',
    `var w = ['a', 'eval']; function d(i) { i = i - 5; var v = w[i]; return v } globalThis[d(6)]`,
    'EVAL eval',
  ],
  ['reversed', `globalThis['lave'.split('').reverse().join('')]`, 'EVAL eval'],
  ['codes', `globalThis[[101, 118, 97, 108].map((c) => String.fromCharCode(c)).join('')]`, 'EVAL eval'],
  ['codes by reference', `globalThis[[101, 118, 97, 108].map(String.fromCharCode).join('')]`, 'EVAL eval'],
  ['spread codes', `const f = String.fromCharCode; globalThis[f(...[101, 118, 97, 108])]`, 'EVAL eval'],
  ['reduced', `globalThis[['e', 'v', 'a', 'l'].reduce((a, b) => a + b)]`, 'EVAL eval'],
  ['base64 by a function', `const b = (s) => atob(s); globalThis[b('ZXZhbA==')]`, 'EVAL eval'],
  ['a buffer', `globalThis[Buffer.from('6576616c', 'hex').toString()]`, 'EVAL eval'],
  ['percent signs', `globalThis[decodeURIComponent('%65%76%61%6c')]`, 'EVAL eval'],
  ['filler taken out', `globalThis['eXXvXXaXXl'.replace(/X/g, '')]`, 'EVAL eval'],
  ['a number in base 36', `globalThis[(693741).toString(36)]`, 'EVAL eval'],
  ['JSON', `globalThis[JSON.parse('["ev\\\\u0061l"]')[0]]`, 'EVAL eval'],
  ['an object', `const o = { a: 'ev', b: 'al' }; globalThis[o.a + o['b']]`, 'EVAL eval'],
  ['a property that is set', `const o = {}; o.n = 'eval'; globalThis[o.n]`, 'EVAL eval'],
  ['a choice', `globalThis[x ? 'eval' : 'log']`, 'EVAL eval'],
  ['a loop over names', `for (const n of ['a', 'eval']) globalThis[n]`, 'EVAL eval'],
  ['destructuring', `const [a, b] = ['ev', 'al']; globalThis[a + b]`, 'EVAL eval'],
  ['an argument', `(function (g, n) { return g[n] })(globalThis, 'eval')`, 'EVAL eval'],
  ['this of a plain function', `(function () { return this.process })()`, 'PROCESS_ACCESS process'],
  ['this of the script', `this.process`, 'PROCESS_ACCESS process'],
  ['globalThis by itself', `globalThis.globalThis.process`, 'PROCESS_ACCESS process'],
  ['a var that declares nothing', `var process; process.exit()`, 'PROCESS_ACCESS process.exit'],
  ['a property descriptor', `Object.getOwnPropertyDescriptor(globalThis, 'process').value.exit()`, 'PROCESS_ACCESS process.exit'],
  ['text that is run', `eval("require('fs')")`, 'FILESYSTEM fs'],
  ['text in text that is run', `eval("eval('process.exit()')")`, 'PROCESS_ACCESS process.exit'],
  ['jsfuck', `[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]+(![]+[])[+!+[]]+(!![]+[])[+[]]]['constructor']('1')`, 'VM_ESCAPE Function("1")'],
  ['a comment that is one in scripts only', `a = b <!--c[eval('1')]\n; export default 1`, 'EVAL eval("1")'],
  ['await of what a script would call', `await (globalThis['ev' + 'al'])('1')`, 'EVAL eval'],
  [
    'a list that is turned around first',
    `const t = ['a', 'b']; (function (l, n) { while (n--) l.push(l.shift()) })(t, 3); globalThis[t[0]]`,
    'EVAL globalThis[…]',
  ],
  ['inside a with', `with (globalThis) process.exit()`, 'PROCESS_ACCESS process.exit'],
])('%s', async (_, code, what) => {
  const all = await found(code)
  expect(
    all.some((each) => each === what || (what.endsWith('eval') && each.startsWith('EVAL eval'))),
    all.join(', '),
  ).toBe(true)
})

test.each([
  `// eval`,
  `/* process.exit() */ 1`,
  `log("never use eval(x)")`,
  `const o = { fetch() {} }; o.fetch()`,
  `const importance = 1; importance`,
  `function f(process) { return process.env.HOME }`,
  `const process = { env: {} }; process.env.HOME`,
  `let eval_ = 'eval'; eval_.length`,
  `function require(x) { return x } require('fs')`,
  `class Function2 extends Base {} new Function2('return 1')`,
  `try { f() } catch (process) { process.exit() }`,
  `import fetch from './own.js'; fetch('x')`,
  `const { eval: e } = own; e('1')`,
  `for (const process of all) process.exit()`,
  `const s = 'const p = process.exit()'; s`,
  `/eval\\(process\\)/.test(s)`,
  `({ eval: 1, process: 2, fetch: 3 })`,
  `a.b.c.eval.process.fetch`,
  `label: for (;;) { break label }`,
  `input.constructor.name`,
])('leaves %s', async (code) => {
  const { patterns, blocked, problem } = await detector.analyzeCode(code)
  expect(problem).toBeUndefined()
  expect(patterns.filter(({ name }) => name !== 'IMPORT')).toEqual([])
  expect(blocked).toBe(false)
})

test('what is found in text that would be run is placed at the call, and says how deep it is', async () => {
  const { patterns } = await detector.analyzeCode(`\n  eval("require('fs')")`)
  expect(patterns.find(({ name }) => name === 'FILESYSTEM')).toMatchObject({ inside: 1, line: 2, column: 3 })
})
