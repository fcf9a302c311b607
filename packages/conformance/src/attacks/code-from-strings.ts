import { family } from './attack.js'
import { take, takeAsync } from './guest.js'

/** Ways from a string to code, through every constructor that a guest can lay hands on. */
export const codeFromStrings = family('code-from-strings', {
  'function-constructor': { title: 'Function by its name', code: take('Function("return process")()'), oracle: 'env-secret' },
  'direct-eval': { title: 'eval', code: take('eval("process")'), oracle: 'env-secret' },
  'indirect-eval': { title: 'indirect eval', code: take('(0, eval)("this").process'), oracle: 'host-pid' },
  'this-constructor': {
    title: 'this.constructor.constructor',
    code: take('this.constructor.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'globalThis-constructor': {
    title: 'globalThis.constructor.constructor',
    code: take('globalThis.constructor.constructor("return process")()'),
    oracle: 'canary-file',
  },
  'literal-constructor': {
    title: '({}).constructor.constructor',
    code: take('({}).constructor.constructor("return process")()'),
    oracle: 'host-pid',
  },
  'arrow-constructor': {
    title: 'constructor of an arrow function',
    code: take('(() => {}).constructor("return process")()'),
    oracle: 'env-secret',
  },
  'builtin-constructor': {
    title: 'constructor of a built-in method',
    code: take('[].map.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'bound-constructor': {
    title: 'constructor of a bound function',
    code: take('(function () {}).bind().constructor("return process")()'),
    oracle: 'env-secret',
  },
  'async-constructor': {
    title: 'the constructor of async functions',
    code: takeAsync('await (async () => {}).constructor("return process")()'),
    oracle: 'env-secret',
  },
  'generator-constructor': {
    title: 'the constructor of generators',
    code: take('(function* () {}).constructor("yield process")().next().value'),
    oracle: 'host-pid',
  },
  'async-generator-constructor': {
    title: 'the constructor of async generators',
    code: takeAsync('(await (async function* () {}).constructor("yield process")().next()).value'),
    oracle: 'host-pid',
  },
  'reflect-construct': {
    title: 'Reflect.construct of the function constructor',
    code: take('Reflect.construct(Object.getPrototypeOf(function () {}).constructor, ["return process"])()'),
    oracle: 'env-secret',
  },
  'class-extends-constructor': {
    title: 'a class that extends the function constructor',
    code: take('new (class extends (() => {}).constructor {})("return process")()'),
    oracle: 'env-secret',
  },
  'getter-constructor': {
    title: 'constructor of a built-in getter',
    code: take('Object.getOwnPropertyDescriptor(Map.prototype, "size").get.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'proxy-constructor': {
    title: 'constructor through a proxy of a function',
    code: take('new Proxy(function () {}, {}).constructor("return process")()'),
    oracle: 'env-secret',
  },
  'console-constructor': {
    title: 'constructor of console.log',
    code: take('console.log.constructor("return process")()'),
    oracle: 'env-secret',
  },
  'wasm-constructor': {
    title: 'constructor of WebAssembly’s functions',
    code: take('WebAssembly.compile.constructor("return process")()'),
    executorOptions: { wasm: true },
    needs: ['wasm'],
    oracle: 'env-secret',
  },
  'wasm-exported-function': {
    title: 'constructor of an exported WebAssembly function',
    code: take(
      'new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,4,1,2,0,11]))).exports.f.constructor("return process")()',
    ),
    executorOptions: { wasm: true },
    needs: ['wasm'],
    oracle: 'env-secret',
  },
})
