import { textOf } from '../fold/values.js'
import type { Event, Rule } from './rule.js'

const BUILT_INS = [
  'Object',
  'Array',
  'Function',
  'String',
  'Number',
  'Boolean',
  'Promise',
  'RegExp',
  'Map',
  'Set',
  'Error',
  'Date',
  'Symbol',
]

const onPrototype = ({ args: [target] }: Event): boolean =>
  target?.k === 'proto' || (target?.k === 'global' && BUILT_INS.some((name) => target.path === `${name}.prototype`))

export const PROTOTYPE_POLLUTION: readonly Rule[] = [
  {
    id: 'proto-property',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'proto-property'],
    on: 'write',
    keys: ['__proto__.*'],
    except: ['__proto__'],
    // `new`-made objects of a class of the source have their own prototypes; what is unknown may be any object's.
    reason: 'It sets a property on the prototype of an object, so on every object of its kind.',
    examples: {
      match: [
        `({}).__proto__.polluted = 1`,
        `a['__pro' + 'to__'].isAdmin = true`,
        `x.constructor.prototype.isAdmin = true`,
        `[].__proto__['map'] = f`,
      ],
      no: [`Foo.prototype.bar = 1`, `function F() {} F.prototype.x = 1`, `if (key === '__proto__') return`],
    },
  },
  {
    id: 'proto-itself',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'proto-property'],
    // It changes one object only; old helpers for inheritance do it.
    weight: 60,
    on: 'write',
    keys: ['__proto__'],
    reason: 'It gives an object another prototype.',
    examples: { match: [`o.__proto__ = p`, `o['__proto__'] = p`], no: [`o.proto = p`, `Object.create(p)`] },
  },
  {
    id: 'proto-in-literal',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'proto-property'],
    // It changes the new object only.
    weight: 40,
    on: 'name',
    keys: ['__proto__:'],
    when: ({ args }) => args[0]?.k !== 'null',
    reason: 'An object is written with a prototype of its own.',
    examples: { match: [`({ __proto__: evil })`], no: [`({ __proto__: null })`, `({ proto: 1 })`] },
  },
  {
    id: 'proto-in-text',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'proto-property'],
    on: 'text',
    keys: ['*'],
    when: ({ text }) =>
      /["']__proto__["']\s*:|["']constructor["']\s*:\s*\{\s*["']prototype["']|(?:^|[.[\]"'])__proto__[.[\]]|(?:^|\.)constructor\.prototype[.[]/.test(
        text ?? '',
      ),
    reason: 'A call is given data or a path whose keys lead to a prototype.',
    examples: {
      match: [
        `merge({}, JSON.parse('{"__proto__":{"admin":true}}'))`,
        `set(o, '__proto__.admin', true)`,
        `set(o, ['constructor', 'prototype', 'x'], 1)`,
        `set(o, ['__proto__', 'x'], 1)`,
      ],
      no: [`log('do not use __proto__ here')`, `set(o, 'a.b', 1)`, `keys.includes('__proto__')`],
    },
  },
  {
    id: 'builtin-prototype',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'builtin-prototype'],
    on: 'write',
    keys: BUILT_INS.map((name) => `${name}.prototype.*`),
    reason: '{key} changes a built-in for all code in the realm.',
    examples: {
      match: [`Object.prototype.polluted = 1`, `const p = Array.prototype; p.map = f`, `globalThis.Object['proto' + 'type'].x = 1`],
      no: [`const f = Object.prototype.toString`, `class A {} A.prototype.x = 1`, `function g(Object) { Object.prototype.x = 1 }`],
    },
  },
  {
    id: 'builtin-prototype-by-call',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'builtin-prototype'],
    on: 'call',
    keys: [
      'Object.defineProperty',
      'Object.defineProperties',
      'Object.assign',
      'Object.setPrototypeOf',
      'Reflect.set',
      'Reflect.defineProperty',
      'Reflect.setPrototypeOf',
    ],
    when: onPrototype,
    reason: '{key} changes the prototype of a built-in for all code in the realm.',
    examples: {
      match: [
        `Object.defineProperty(Object.prototype, 'x', {})`,
        `Object.assign([].__proto__, { x: 1 })`,
        `Reflect.set(Object.prototype, 'x', 1)`,
      ],
      no: [`Object.defineProperty(o, 'x', {})`, `Object.assign(Foo.prototype, {})`, `Object.setPrototypeOf(o, Array.prototype)`],
    },
  },
  {
    id: 'proto-key-by-call',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'proto-property'],
    on: 'call',
    keys: ['Object.defineProperty', 'Reflect.set', 'Reflect.defineProperty'],
    when: ({ args }) => textOf(args[1]) === '__proto__',
    reason: '{key} sets __proto__.',
    examples: { match: [`Object.defineProperty(o, '__proto__', { value: 1 })`], no: [`Object.defineProperty(o, 'x', {})`] },
  },
  {
    id: 'builtin-replaced',
    pattern: 'PROTOTYPE_POLLUTION',
    family: ['prototype-pollution', 'builtin-prototype'],
    // Fills for old engines do it too.
    weight: 60,
    on: 'write',
    keys: ['Object.*', 'Array.*', 'JSON.*', 'Math.*', 'Reflect.*', 'Promise.*', 'String.*', 'Number.*', 'Symbol.*', 'console.*'],
    except: BUILT_INS.map((name) => `${name}.prototype.*`),
    reason: '{key} replaces a built-in for all code in the realm.',
    examples: { match: [`JSON.parse = f`, `Math.random = () => 4`], no: [`const parse = JSON.parse`, `const Math = {}; Math.random = 1`] },
  },
]
