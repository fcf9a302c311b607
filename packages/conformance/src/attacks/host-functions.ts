import { type AttackOf, family } from './attack.js'
import { code, thrown } from './expectations.js'
import { atTheEdge, LOOT, takeAsync } from './guest.js'
import type { AttackContext } from '../harness/context.js'
import type { HostFunctionTree, RunRequest } from '@beddel/core'

/** A way to the host through what a host function is or gives. */
const through = (title: string, way: string, hostFunctions: HostFunctionTree): AttackOf => ({
  title,
  code: takeAsync(way),
  request: { hostFunctions },
  needs: ['hostCalls'],
  oracle: 'env-secret',
})

/** A host function that looks at what it is given. */
const given = (
  title: string,
  source: string,
  looks: (ctx: AttackContext) => HostFunctionTree,
  more: Partial<AttackOf> & { with?: RunRequest } = {},
): AttackOf => {
  const { with: request, ...rest } = more
  return {
    title,
    run: async (ctx) => {
      await ctx.run(source, { ...request, hostFunctions: looks(ctx) })
      await ctx.wait(60)
    },
    needs: ['hostCalls'],
    oracle: 'tripwire',
    ...rest,
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

class Account {
  constructor(readonly inner: () => string) {}
  secret(): string {
    return this.inner()
  }
}

/** Ways through the functions that the host lends. */
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
  this: given('the receiver of a call', 'return await f.call({ name: "admin" })', (ctx) => ({
    f(this: { name?: unknown }) {
      if (this?.name !== 'f') ctx.trip('the guest chose the receiver')
    },
  })),
  'function-argument': given('a function as an argument', 'return await f(() => 1)', (ctx) => ({
    f: (value: unknown) => {
      if (typeof value === 'function') ctx.trip('a guest function reached the host')
    },
  })),
  'getter-argument': given(
    'an argument that changes between two reads',
    'let n = 0; return await f({ get a() { return n++ } })',
    (ctx) => ({
      f: (value: { a: unknown }) => {
        if (value.a !== value.a) ctx.trip('the argument changed while the host looked at it')
      },
    }),
  ),
  'proxy-argument': given('a proxy as an argument', 'let n = 0; return await f(new Proxy({ a: 1 }, { get: () => n++ }))', (ctx) => ({
    f: (value: { a: unknown }) => {
      if (value.a !== value.a) ctx.trip('the host called a trap of the guest')
    },
  })),
  'mutated-argument': given(
    'an argument changed after the call',
    'const o = { role: "guest" }; const p = f(o); o.role = "admin"; return await p',
    (ctx) => ({
      f: async (value: { role: string }) => {
        await wait(20)
        if (value.role !== 'guest') ctx.trip('the argument changed after it was given')
      },
    }),
  ),
  'thenable-argument': given('a thenable as an argument', 'return await f({ then(r) { r("called") } })', (ctx) => ({
    f: async (value: unknown) => {
      if ((await value) === 'called') ctx.trip('the host called a function of the guest')
    },
  })),
  'array-subclass': given('an array with methods of its own', 'return await f(Object.assign([1], { includes: () => true }))', (ctx) => ({
    f: (list: string[]) => {
      if (list.includes('admin')) ctx.trip('the host called a method of the guest')
    },
  })),
  'to-string-argument': given(
    'an argument with a toString of its own',
    'let n = 0; return await f({ toString: () => n++ ? "/etc" : "ok" })',
    (ctx) => ({
      f: (path: unknown) => {
        if (`${String(path)}${String(path)}` === 'ok/etc') ctx.trip('the host called toString of the guest')
      },
    }),
  ),
  'call-limit': given(
    'more calls than allowed',
    'for (let i = 0; i < 50; i++) try { await f() } catch {} return 1',
    (ctx) => counted(ctx, 10),
    {
      with: { limits: { hostCalls: 10 } },
      expects: code('BEDDEL_HOST_CALL_LIMIT'),
    },
  ),
  'call-limit-at-once': given(
    'more calls than allowed, none awaited',
    'for (let i = 0; i < 50; i++) try { f().catch(() => {}) } catch {} return 1',
    (ctx) => counted(ctx, 10),
    {
      with: { limits: { hostCalls: 10 } },
      expects: code('BEDDEL_HOST_CALL_LIMIT'),
    },
  ),
  'argument-size': given(
    'an argument larger than its limit',
    'return await f("x".repeat(3e5)).catch(() => 0)',
    (ctx) => ({
      f: (text: string) => {
        if (text.length > 100_000) ctx.trip(`an argument of ${text.length} units reached the host`)
      },
    }),
    { with: { limits: { resultBytes: 100_000 } } },
  ),
  'result-size': {
    title: 'a host result larger than its limit',
    code: 'return (await f()).length',
    request: { limits: { inputBytes: 100_000 }, hostFunctions: { f: () => 'x'.repeat(300_000) } },
    needs: ['hostCalls'],
    oracle: 'bounds',
    expects: code('BEDDEL_HOST_FUNCTION_FAILED', 'BEDDEL_GUEST_THROWN'),
  },
  'call-after-end': given('a call after the run’s end', '(async () => { await f(30); await f(0, "late") })(); return 1', (ctx) => ({
    f: async (ms: number, text?: string) => {
      if (text === 'late') ctx.trip('the guest called the host after its end')
      await wait(ms)
    },
  })),
  'late-rejection': {
    title: 'a rejection after the run’s end',
    code: 'f(); return 1',
    request: {
      hostFunctions: {
        f: async () => {
          await wait(40)
          throw new Error('late')
        },
      },
    },
    needs: ['hostCalls'],
    oracle: 'host-crash',
  },
  'at-the-edge': given('host functions called where the stack ends, to stop them half-way', `${atTheEdge('f()')}; 1`, (ctx) => {
    const steps = (n: number): number => (n > 0 ? steps(n - 1) + 1 : 0)
    return {
      f: () => {
        let whole = false
        try {
          steps(200)
          whole = true
        } finally {
          if (!whole) ctx.trip('a host function was stopped half-way')
        }
      },
    }
  }),
  'call-limit-at-the-edge': {
    title: 'the end of the run, announced where the stack ends',
    code: `${atTheEdge('f()')}; new Promise(() => {})`,
    request: { limits: { hostCalls: 2 }, hostFunctions: { f: () => 1 } },
    needs: ['hostCalls'],
    oracle: 'classification',
    expects: code('BEDDEL_HOST_CALL_LIMIT'),
  },
  'call-timeout': {
    title: 'a host function that never answers, under its own time limit',
    code: 'return await f()',
    executorOptions: { hostCallTimeoutMs: 100 },
    request: { limits: { timeoutMs: 900 }, hostFunctions: { f: () => new Promise(() => {}) } },
    needs: ['hostCalls'],
    oracle: 'classification',
    expects: code('BEDDEL_HOST_FUNCTION_FAILED'),
  },
  uncaught: {
    title: 'a failed host call, taken for the guest’s own error',
    code: 'return await f()',
    request: {
      hostFunctions: {
        f: async () => {
          throw new Error('boom')
        },
      },
    },
    needs: ['hostCalls'],
    oracle: 'classification',
    expects: code('BEDDEL_HOST_FUNCTION_FAILED'),
  },
  'unknown-name': {
    title: 'a name that is not there',
    code: 'return await api.missing()',
    request: ({ secrets }) => ({ hostFunctions: { api: { f: () => 1, ...(Object.create({ missing: () => secrets.host }) as object) } } }),
    needs: ['hostCalls'],
    oracle: 'classification',
    run: async (ctx) => {
      const api = Object.create({ missing: () => 1 }) as HostFunctionTree
      await ctx.run('return await api.missing()', { hostFunctions: { api: Object.assign(api, { f: () => 1 }) } })
    },
    expects: thrown('TypeError'),
  },
})

function counted(ctx: AttackContext, allowed: number): HostFunctionTree {
  let calls = 0
  return {
    f: async () => {
      if (++calls > allowed) ctx.trip(`call ${calls} of ${allowed} reached the host`)
    },
  }
}
