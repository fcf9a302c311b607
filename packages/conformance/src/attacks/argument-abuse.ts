import { family } from './attack.js'
import { given, wait } from './given.js'

/** Arguments with code or with a prototype of their own: what the host function looks at must be plain data of its own realm. */
export const argumentAbuse = family('argument-abuse', {
  'to-json': given('a toJSON that answers differently each time', 'let n = 0; return await f({ toJSON: () => n++ })', (ctx) => ({
    f: (value: unknown) => {
      if (JSON.stringify(value) !== JSON.stringify(value)) ctx.trip('the host ran a toJSON of the guest')
    },
  })),
  'to-primitive': given(
    'a Symbol.toPrimitive that answers differently each time',
    'let n = 0; return await f({ [Symbol.toPrimitive]: () => n++ })',
    (ctx) => ({
      f: (value: unknown) => {
        if (`${value as string}` === '0') ctx.trip('the host ran a toPrimitive of the guest')
      },
    }),
  ),
  'value-of': given('a valueOf of its own', 'return await f({ valueOf: () => 1e6 })', (ctx) => ({
    f: (value: unknown) => {
      if (Number(value) === 1e6) ctx.trip('the host ran a valueOf of the guest')
    },
  })),
  iterator: given('an iterator of its own', 'return await f(Object.assign([1], { *[Symbol.iterator]() { yield "admin" } }))', (ctx) => ({
    f: (list: string[]) => {
      if ([...list][0] === 'admin') ctx.trip('the host ran an iterator of the guest')
    },
  })),
  species: given(
    'an array whose map makes something else',
    'class A extends Array { static get [Symbol.species]() { return function () { return { admin: true } } } } return await f(A.of(1))',
    (ctx) => ({
      f: (list: unknown[]) => {
        if ((list.map((x) => x) as { admin?: boolean }).admin) ctx.trip('the host used a species of the guest')
      },
    }),
  ),
  'map-get': given(
    'a Map with a get of its own',
    'return await f(Object.assign(new Map([["role", "guest"]]), { get: () => "admin" }))',
    (ctx) => ({
      f: (map: Map<string, string>) => {
        if (map.get('role') === 'admin') ctx.trip('the host called get of the guest')
      },
    }),
  ),
  'set-has': given('a Set with a has of its own', 'return await f(Object.assign(new Set(), { has: () => true }))', (ctx) => ({
    f: (set: Set<string>) => {
      if (set.has('admin')) ctx.trip('the host called has of the guest')
    },
  })),
  'date-time': given('a Date with a getTime of its own', 'return await f(Object.assign(new Date(5), { getTime: () => 7 }))', (ctx) => ({
    f: (date: Date) => {
      if (date.getTime() === 7) ctx.trip('the host called getTime of the guest')
    },
  })),
  'regexp-test': given('a RegExp with a test of its own', 'return await f(Object.assign(/^[a-z]+$/, { test: () => true }))', (ctx) => ({
    f: (allowed: RegExp) => {
      if (allowed.test('../etc')) ctx.trip('the host called test of the guest')
    },
  })),
  'bytes-length': given(
    'bytes that lie about their length',
    'return await f(Object.defineProperty(new Uint8Array(8), "length", { value: 1 }))',
    (ctx) => ({
      f: (bytes: Uint8Array) => {
        if (bytes.length !== bytes.byteLength) ctx.trip('the host believed a length of the guest')
      },
    }),
  ),
  'error-name': given(
    'an Error whose stack is a getter',
    'let n = 0; return await f(Object.defineProperty(new Error("x"), "stack", { get: () => "call " + n++ }))',
    (ctx) => ({
      f: (error: Error) => {
        if (error.stack !== error.stack) ctx.trip('the host ran a getter of the guest')
      },
    }),
  ),
  'string-object': given(
    'a String object with a text of its own',
    'return await f(Object.assign(new String("ok"), { toString: () => "/etc" }))',
    (ctx) => ({
      f: (path: { toString(): string }) => {
        if (typeof path === 'object' && path.toString() === '/etc') ctx.trip('the host ran a toString of the guest')
      },
    }),
  ),
  'class-instance': given(
    'an instance that brings a method',
    'return await f(new (class User { isAdmin() { return true } })())',
    (ctx) => ({
      f: (user: { isAdmin?: () => boolean }) => {
        if (user.isAdmin?.()) ctx.trip('the host called a method of the guest')
      },
    }),
  ),
  'inherited-value': given('a value in the prototype', 'return await f(Object.create({ admin: true }))', (ctx) => ({
    f: (user: { admin?: boolean }) => {
      if (user.admin) ctx.trip('a value of a prototype reached the host')
    },
  })),
  'proto-literal': given('a prototype by a literal', 'return await f([{ __proto__: { admin: true } }])', (ctx) => ({
    f: ([user]: [{ admin?: boolean }]) => {
      if (user.admin) ctx.trip('a value of a prototype reached the host')
    },
  })),
  'array-prototype': given(
    'an array whose prototype is another array',
    'const a = [1]; Object.setPrototypeOf(a, Object.assign([], { includes: () => true })); return await f(a)',
    (ctx) => ({
      f: (list: string[]) => {
        if (list.includes('admin')) ctx.trip('the host called a method of the guest')
      },
    }),
  ),
  'function-in-map': given('a function as a key of a Map', 'return await f(new Map([[() => 1, 1]]))', (ctx) => ({
    f: (map: Map<unknown, unknown>) => {
      if ([...map.keys()].some((key) => typeof key === 'function')) ctx.trip('a function of the guest reached the host')
    },
  })),
  generator: given('a generator', 'return await f((function* () { yield 1 })())', (ctx) => ({
    f: (it: { next?: () => unknown }) => {
      if (typeof it.next === 'function') ctx.trip('the host can resume code of the guest')
    },
  })),
  promise: given('a promise', 'return await f([Promise.resolve("called")])', (ctx) => ({
    f: async ([value]: [unknown]) => {
      if ((await value) === 'called') ctx.trip('the host waited for a promise of the guest')
    },
  })),
  'async-iterable': given('an async iterable', 'return await f({ async *[Symbol.asyncIterator]() { yield 1 } })', (ctx) => ({
    f: async (it: AsyncIterable<number>) => {
      if (typeof it[Symbol.asyncIterator] === 'function') ctx.trip('the host can iterate code of the guest')
    },
  })),
  'deep-argument': given(
    'an argument a hundred thousand deep',
    'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return await f(a).catch(() => 0)',
    (ctx) => ({
      f: (value: unknown) => {
        try {
          JSON.stringify(value)
        } catch {
          ctx.trip('the host’s stack overflowed over an argument')
        }
      },
    }),
  ),
  'mutated-bytes': given(
    'bytes changed after the call',
    'const b = new Uint8Array(1); const p = f(b); b[0] = 9; return await p',
    (ctx) => ({
      f: async (bytes: Uint8Array) => {
        await wait(20)
        if (bytes[0] === 9) ctx.trip('the bytes changed after they were given')
      },
    }),
  ),
  'mutated-map': given('a Map changed after the call', 'const m = new Map(); const p = f(m); m.set("admin", 1); return await p', (ctx) => ({
    f: async (map: Map<string, number>) => {
      await wait(20)
      if (map.has('admin')) ctx.trip('the Map changed after it was given')
    },
  })),
  construct: given('a host function called with new', 'try { new f() } catch {} return await f()', (ctx) => ({
    f: function () {
      if (new.target !== undefined) ctx.trip('the guest constructed with a host function')
    } as () => void,
  })),
  'call-receiver': given(
    'a receiver by Reflect.apply and by bind',
    'await Reflect.apply(f, { name: "admin" }, []); return await f.bind({ name: "admin" })()',
    (ctx) => ({
      f(this: { name?: unknown }) {
        if (this?.name === 'admin') ctx.trip('the guest chose the receiver')
      },
    }),
  ),
  'arguments-object': given('an arguments object', 'return await (function () { return f(arguments) })(1, 2)', (ctx) => ({
    f: (value: object) => {
      if (Object.prototype.toString.call(value) === '[object Arguments]') ctx.trip('an arguments object reached the host')
    },
  })),
})
