import type { HostFunctionTree } from '@beddel/core'
import { type AttackOf, family } from './attack.js'
import { LOOT, takeAsync } from './guest.js'

/** A way to the host through what a host function is or gives. */
const through = (title: string, way: string, hostFunctions: HostFunctionTree): AttackOf => ({
  title,
  code: takeAsync(way),
  request: { hostFunctions },
  needs: ['hostCalls'],
  oracle: 'env-secret',
})

class Account {
  constructor(readonly inner: () => string) {}
  secret(): string {
    return this.inner()
  }
}

/** Ways through what a host function is, gives and throws. */
export const hostFunctions = family('host-functions', {
  constructor: through('constructor of a host function', 'f.constructor("return process")()', { f: () => 1 }),
  'prototype-constructor': through('the prototype of a host function', 'Object.getPrototypeOf(f).constructor("return process")()', {
    f: () => 1,
  }),
  'namespace-constructor': through('constructor of a namespace', 'api.constructor.constructor("return process")()', {
    api: { f: () => 1 },
  }),
  'result-object': through('constructor of a returned object', '(await f()).constructor.constructor("return process")()', {
    f: () => ({ a: 1 }),
  }),
  'result-array': through('constructor of a returned array', '(await f()).map.constructor("return process")()', { f: () => [1] }),
  'result-buffer': through('constructor of returned bytes', '(await f()).buffer.constructor.constructor("return process")()', {
    f: () => new Uint8Array(4),
  }),
  'result-map': through('constructor of a returned Map', '(await f()).get.constructor("return process")()', { f: () => new Map([[1, 2]]) }),
  'result-error': through('constructor of a returned Error', '(await f()).constructor.constructor("return process")()', {
    f: () => new Error('x'),
  }),
  'result-promise': through('constructor of the returned promise', 'f().constructor.constructor("return process")()', { f: async () => 1 }),
  'result-promise-then': through('then of the returned promise', 'f().then.constructor("return process")()', { f: async () => 1 }),
  'thrown-error': through('constructor of a thrown host error', 'await f().catch((e) => e.constructor.constructor("return process")())', {
    f: async () => {
      throw new Error('x')
    },
  }),
  'thrown-object': through(
    'constructor of a thrown host object',
    'await f().catch((e) => (e.cause ?? e).constructor.constructor("return process")())',
    {
      f: async () => {
        throw { a: 1 }
      },
    },
  ),
  'refused-argument': through(
    'constructor of the error for a bad argument',
    'await f(() => 1).catch((e) => e.constructor.constructor("return process")())',
    {
      f: async (x: { a: number }) => {
        if (typeof x === 'function') throw new TypeError('no functions')
      },
    },
  ),
  species: {
    title: 'a species that sees the host’s array',
    code: `${LOOT}let got
      Object.defineProperty(Array, Symbol.species, { get() { return function (n) { try { got = loot(this.constructor.constructor("return process")()) } catch {} return [] } }, configurable: true })
      const list = await f(); list.map((x) => x); list.slice(); return got ?? loot(list.concat.constructor("return process")())`,
    request: { hostFunctions: { f: () => [1] } },
    needs: ['hostCalls'],
    oracle: 'env-secret',
  },
  'error-stack': {
    title: 'the stack of a host error',
    code: 'return await f().catch((e) => String(e.stack))',
    request: {
      hostFunctions: {
        f: async () => {
          throw new Error('x')
        },
      },
    },
    needs: ['hostCalls'],
    oracle: 'host-path',
  },
  'error-message': {
    title: 'the message of a host error',
    code: 'return await f().catch((e) => [e.name, e.message, e.stack, e.cause])',
    request: ({ secrets }) => ({
      hostFunctions: {
        f: async () => {
          throw new Error(`password is ${secrets.host}`)
        },
      },
    }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'error-properties': {
    title: 'properties and cause of a host error',
    code: 'return await f().catch((e) => Reflect.ownKeys(e).map((k) => e[k]))',
    request: ({ secrets }) => ({
      hostFunctions: {
        f: async () => {
          throw Object.assign(new Error('x', { cause: secrets.host }), { query: secrets.host })
        },
      },
    }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'uncaught-error-message': {
    title: 'the message of an uncaught host error, in the outcome’s guest part',
    code: 'return await f()',
    request: ({ secrets }) => ({
      hostFunctions: {
        f: async () => {
          throw new Error(secrets.host)
        },
      },
    }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'function-properties': {
    title: 'properties of a host function',
    code: 'Reflect.ownKeys(f).map((k) => f[k])',
    request: ({ secrets }) => ({ hostFunctions: { f: Object.assign(() => 1, { token: secrets.host }) } }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'function-source': {
    title: 'the source text of a host function',
    code: 'String(f)',
    // oxlint-disable-next-line typescript/no-implied-eval -- a function whose own source text holds the secret
    request: ({ secrets }) => ({ hostFunctions: { f: new Function(`return '${secrets.host}'`) as () => string } }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  inherited: {
    title: 'a method that a namespace inherits',
    code: 'return await account.secret()',
    request: ({ secrets }) => ({
      hostFunctions: { account: Object.assign(Object.create({ secret: () => secrets.host }) as HostFunctionTree, { name: () => 'x' }) },
    }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  hidden: {
    title: 'a method that is not enumerable',
    code: 'return await account.secret()',
    request: ({ secrets }) => ({
      hostFunctions: { account: Object.defineProperty({ name: () => 'x' }, 'secret', { value: () => secrets.host }) as HostFunctionTree },
    }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'class-instance': {
    title: 'a method of a class’s prototype',
    code: 'return await api.account.secret()',
    request: ({ secrets }) => ({ hostFunctions: { api: { account: new Account(() => secrets.host) as unknown as HostFunctionTree } } }),
    needs: ['hostCalls'],
    oracle: 'host-secret',
  },
  'proto-name': {
    title: 'host functions under the name __proto__',
    code: 'leak.constructor',
    request: { hostFunctions: JSON.parse('{"__proto__":{}}') as HostFunctionTree },
    needs: ['hostCalls'],
    oracle: 'host-state',
  },
})
