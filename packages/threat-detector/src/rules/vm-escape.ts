import { textOf } from '../fold/values.js'
import type { Event, Rule } from './rule.js'

/** Text that would be run, rather than a name or a message. */
const looksLikeCode = ({ args }: Event): boolean =>
  /\breturn\b|[;{}]|=>|\b(?:this|process|globalThis)\b|\w\(/.test(textOf(args.at(-1)) ?? '')

/** `Function` with names of parameters, and a text that cannot be told: what compilers of templates do. */
const isCompiler = ({ args }: Event): boolean => args.length > 1 && textOf(args.at(-1)) === undefined

export const VM_ESCAPE: readonly Rule[] = [
  {
    id: 'constructor-chain',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'constructor-chain'],
    on: 'make',
    keys: ['*'],
    reason: 'A constructor property leads to Function, which makes code from text outside of every scope.',
    examples: {
      match: [
        `[].constructor.constructor('return process')()`,
        `(()=>{}).c\\u006fnstructor('return this')()`,
        `const { constructor: F } = () => {}; F('return 1')()`,
        `input['con' + 'structor']['constr' + 'uctor']('return 1')()`,
        `Object.getPrototypeOf(async () => {}).constructor('return 1')()`,
        `[]['flat']['constructor']('alert(1)')()`,
        `const c = 'constructor'; ''[c][c]('return 1')()`,
        `console.log.constructor('return process')()`,
        `Reflect.get(() => {}, 'constructor')('return 1')()`,
        `({}).__proto__.constructor.constructor('return 1')()`,
      ],
      no: [
        `this.constructor.name`,
        `class A { clone() { return new this.constructor(this) } }`,
        `x.constructor === Object && x.constructor.prototype`,
        `'constructor.constructor'`,
        `function f(constructor) { return constructor('return 1') }`,
      ],
    },
  },
  {
    id: 'constructor-with-code',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'constructor-chain'],
    on: 'method',
    keys: ['constructor'],
    when: looksLikeCode,
    reason: 'The constructor of some value is called with text that is code, as Function would be.',
    examples: {
      match: [`host.constructor('return process')()`, `fn['constructor']('a', 'return a()')`],
      no: [`new this.constructor('a name')`, `new x.constructor(12)`],
    },
  },
  {
    id: 'caller-walk',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'stack-access'],
    on: 'name',
    keys: ['caller'],
    when: ({ node, self }) => {
      if (self?.k === 'fn' || self?.k === 'native') return true
      const object = node.type === 'MemberExpression' ? node.object : undefined
      return object?.type === 'MemberExpression' && (object.property as { name?: string }).name === 'callee'
    },
    reason: 'It asks who called a function, which leads out of the code that it was given.',
    examples: {
      match: [`function f() { return f.caller }`, `function f() { return arguments.callee.caller.arguments }`],
      no: [`options.caller`, `function f(caller) { return caller.name }`],
    },
  },
  {
    id: 'stack-frames',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'stack-access'],
    on: 'write',
    keys: ['Error.prepareStackTrace'],
    reason: 'Error.prepareStackTrace is given the frames of the stack, those of the host too.',
    examples: {
      match: [`Error.prepareStackTrace = (e, frames) => frames`, `globalThis.Error['prepare' + 'StackTrace'] = f`],
      no: [`Error.stackTraceLimit = 5`, `class E extends Error {} E.prepareStackTrace = f`],
    },
  },
  {
    id: 'stack-frame-objects',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'stack-access'],
    on: 'method',
    keys: ['getThis', 'getFunction'],
    reason: '{key} of a stack frame gives an object of whoever called.',
    examples: { match: [`stack[0].getThis().process`, `site.getFunction()`], no: [`frames[0].getLineNumber()`] },
  },
  {
    id: 'accessor-of-proto',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'engine-internals'],
    on: 'method',
    keys: ['__lookupGetter__', '__lookupSetter__', '__defineGetter__', '__defineSetter__'],
    when: ({ args }) => textOf(args[0]) === '__proto__',
    reason: 'The accessor of __proto__ works on every object, also on those that a sandbox has wrapped.',
    examples: { match: [`({}).__lookupGetter__('__proto__').call(x)`], no: [`o.__defineGetter__('size', () => 1)`] },
  },
  {
    id: 'process-internals',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'engine-internals'],
    on: 'use',
    keys: ['process.binding.*', 'process._linkedBinding.*', 'process.dlopen.*', 'process.mainModule.*', 'process.getBuiltinModule.*'],
    reason: '{key} leads to the insides of Node.',
    examples: {
      match: [`process.binding('fs')`, `globalThis['proc' + 'ess'].mainModule.require('fs')`, `process.getBuiltinModule('fs')`],
      no: [`const process = { binding() {} }; process.binding('fs')`, `process.version`],
    },
  },
  {
    id: 'engine-modules',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'engine-internals'],
    on: 'load',
    keys: ['vm', 'inspector.*', 'v8', 'repl', 'async_hooks', 'module', 'wasi', 'internal.*'],
    reason: 'The module {key} reaches into the engine that runs the code.',
    examples: {
      match: [`require('vm').runInThisContext('1')`, `import inspector from 'node:inspector'`, `await import('v8')`],
      no: [`require('vmware')`, `import 'inspect'`],
    },
  },
  {
    id: 'engine-handles',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'engine-internals'],
    on: 'use',
    keys: ['ivm.*', '$262.*', '_ivm.*'],
    reason: '{key} is a handle of the sandbox itself.',
    examples: { match: [`ivm.Reference`, `new _ivm.ExternalCopy({})`], no: [`const ivm = 1; ivm.toFixed()`] },
  },
  {
    id: 'host-symbols',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'engine-internals'],
    on: 'text',
    keys: ['*'],
    when: ({ text }) => /^nodejs\.(?:util|rejection|dispose|webstream)/.test(text ?? ''),
    reason: 'A symbol of this name makes Node call the code with objects of the host.',
    examples: {
      match: [`const o = { [Symbol.for('nodejs.util.inspect.custom')](d, o, inspect) { return inspect.constructor } }`],
      no: [`Symbol.for('app.key')`],
    },
  },
  {
    id: 'web-assembly',
    pattern: 'VM_ESCAPE',
    family: ['vm-escape', 'engine-internals'],
    // Its code cannot be read here, but most of it computes and no more.
    weight: 60,
    on: 'use',
    keys: ['WebAssembly.*'],
    reason: 'WebAssembly is code that this analysis cannot read.',
    examples: { match: [`new WebAssembly.Module(bytes)`], no: [`'WebAssembly'`, `// WebAssembly`] },
  },
  {
    id: 'eval',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    on: 'use',
    keys: ['eval.*'],
    reason: 'eval runs text as code.',
    examples: {
      match: [
        `eval('1')`,
        `globalThis['ev' + 'al']('1')`,
        `const e = eval; e('1')`,
        `(0, eval)('1')`,
        `window[String.fromCharCode(101, 118, 97, 108)]('1')`,
        `globalThis[atob('ZXZhbA==')]('1')`,
        `globalThis[['e', 'v', 'a', 'l'].join('')]('1')`,
        `this['\\x65val']('1')`,
        `globalThis[\`ev\${'al'}\`]('1')`,
      ],
      no: [`// eval`, `log("never use eval(x)")`, `const eval_ = 1; eval_`, `function f(o) { return o.eval('1') }`, `typeof eval`],
    },
  },
  {
    id: 'eval-under-a-name',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    on: 'call',
    keys: ['eval.*', 'execScript'],
    reason: '{key} runs text as code.',
    examples: {
      match: [`const { eval: e } = globalThis; e('1')`, `Reflect.get(globalThis, 'eval')('1')`],
      no: [`const f = JSON.parse; f('1')`],
    },
  },
  {
    id: 'function-of-text',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    on: 'call',
    keys: ['Function'],
    when: (event) => event.args.length > 0 && !isCompiler(event),
    reason: 'Function makes code from text.',
    examples: {
      match: [`new Function('return 1')()`, `Function(text)()`, `const F = Function; F('a', 'return a')`, 'Function`return 1```'],
      no: [`x instanceof Function`, `Function.prototype.call(x)`, `class Function2 {} new Function2('1')`],
    },
  },
  {
    id: 'function-compiler',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    // Compilers of templates do this, and what they make is what they were given. Reported, not enough to refuse.
    weight: 60,
    on: 'call',
    keys: ['Function'],
    when: isCompiler,
    reason: 'Function makes code with parameters from text that cannot be told, as compilers of templates do.',
    examples: { match: [`function f(source) { return Function('data', source) }`], no: [`Function('a', 'return a')`] },
  },
  {
    id: 'timer-with-text',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    on: 'call',
    keys: ['setTimeout', 'setInterval', 'setImmediate'],
    when: ({ args }) => args[0]?.k === 'str',
    reason: '{key} with text runs it as code.',
    examples: { match: [`setTimeout('alert(1)', 10)`], no: [`setTimeout(() => {}, 10)`, `setTimeout(f, 10)`] },
  },
  {
    id: 'hidden-global',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    on: 'dynamic',
    keys: ['*'],
    reason: 'A global is taken by a name that cannot be told from the source.',
    examples: {
      match: [`globalThis[input.name]('1')`, `const g = globalThis; for (const k in g) g[k]`, `window[decode('x')]`],
      no: [`globalThis['Math'].max(1)`, `function f(root, k) { return root[k] }`, `globalThis.Math`],
    },
  },
  {
    id: 'listed-globals',
    pattern: 'EVAL',
    family: ['vm-escape', 'dynamic-code'],
    on: 'call',
    keys: [
      'Object.keys',
      'Object.values',
      'Object.entries',
      'Object.getOwnPropertyNames',
      'Object.getOwnPropertyDescriptors',
      'Reflect.ownKeys',
      'Object.getOwnPropertySymbols',
    ],
    when: ({ args: [first] }) => first?.k === 'global' && first.path === '',
    reason: '{key} lists what the global object has, so that a global can be taken without its name.',
    examples: {
      match: [`Object.keys(globalThis)`, `Reflect.ownKeys(this)`],
      no: [`Object.keys(o)`, `function f() { return Object.keys(this) }`],
    },
  },
]
