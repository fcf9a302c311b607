import { family } from './attack.js'
import { given, wait } from './given.js'

/** Arguments that become something else under the host’s hands. */
export const hostArguments = family('host-arguments', {
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
})
