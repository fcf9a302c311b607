import { type Case, caught } from './case.ts'

const area = 'Values and functions between host and guest'
const byValue = 'objects cross by value; it is reported (host-object-changed-by-guest)'

class Counter {
  n = 0
  add(by: number): number {
    this.n += by
    return this.n
  }
}

export const sharing: Case[] = [
  { area, name: 'sandbox becomes globals', run: ({ VM }) => new VM({ sandbox: { a: 1, b: { c: [2] } } }).run('a + b.c[0]'), vm2: '3' },
  {
    area,
    name: 'setGlobal, setGlobals and getGlobal',
    run: ({ VM }) => new VM().setGlobal('a', 1).setGlobals({ b: 2 }).setGlobal('c', { d: 3 }).getGlobal('c').d,
    vm2: '3',
  },
  {
    area,
    name: 'getGlobal of what the guest has made',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('var a = { b: 5 }')
      return vm.getGlobal('a').b
    },
    vm2: '5',
  },
  {
    area,
    name: 'vm.sandbox reads and writes globals',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('var a = 1')
      vm.sandbox.b = vm.sandbox.a + 1
      return [vm.run('b'), 'a' in vm.sandbox, 'z' in vm.sandbox]
    },
    vm2: '[ 2, true, false ]',
  },
  {
    area,
    name: 'a function of the host is called at once',
    run: ({ VM }) => new VM({ sandbox: { add: (a: number, b: number) => a + b } }).run('add(2, 3)'),
    vm2: '5',
  },
  {
    area,
    name: 'functions in objects of the host',
    run: ({ VM }) => new VM({ sandbox: { math: { deep: { twice: (n: number) => n * 2 } } } }).run('math.deep.twice(21)'),
    vm2: '42',
  },
  {
    area,
    name: 'a function of the host comes back as itself',
    run: ({ VM }) => {
      const func = () => 1
      return new VM({ sandbox: { func } }).run('func') === func
    },
    vm2: 'true',
  },
  {
    area,
    name: 'a function of the host is instanceof Function',
    run: ({ VM }) => new VM({ sandbox: { func: () => 1 } }).run('func instanceof Function'),
    vm2: 'true',
  },
  {
    area,
    name: 'a method of the host keeps its this',
    run: ({ VM }) => {
      const counter = new Counter()
      const vm = new VM({ sandbox: { counter } })
      vm.run('counter.add(2); counter.add(3)')
      return counter.n
    },
    vm2: '5',
  },
  {
    area,
    name: 'an asynchronous function of the host gives a promise',
    run: ({ VM }) => new VM({ sandbox: { later: async (n: number) => n * 2 } }).run('(async () => (await later(4)) + 1)()'),
    vm2: '9',
  },
  {
    area,
    name: 'a promise of the host can be awaited',
    run: ({ VM }) => new VM({ sandbox: { p: Promise.resolve(3) } }).run('p.then((n) => n + 1)'),
    vm2: '4',
  },
  { area, name: 'a function of the guest is called from the host', run: ({ VM }) => new VM().run('(a, b) => a + b')(2, 3), vm2: '5' },
  {
    area,
    name: 'it keeps its state',
    run: ({ VM }) => {
      const next = new VM().run('let n = 0; () => ++n')
      next()
      return next()
    },
    vm2: '2',
  },
  {
    area,
    name: 'the same function comes out as the same',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('function f() {}')
      return vm.run('f') === vm.run('f')
    },
    vm2: 'true',
  },
  {
    area,
    name: 'it goes back as itself',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('function f() {}')
      return vm.run('(g) => g === f')(vm.run('f'))
    },
    vm2: 'true',
  },
  {
    area,
    name: 'a function with properties',
    run: ({ VM }) => {
      const f = new VM().run('Object.assign((n) => n + 1, { twice: (n) => n * 2, v: 3 })')
      return [f(1), f.twice(4), f.v]
    },
    vm2: '[ 2, 8, 3 ]',
  },
  {
    area,
    name: 'an object with methods',
    run: ({ VM }) => {
      const o = new VM().run('({ n: 1, inc() { return ++this.n } })')
      return [o.inc(), o.inc()]
    },
    vm2: '[ 2, 3 ]',
  },
  {
    area,
    name: 'a property that such a method changed',
    run: ({ VM }) => {
      const o = new VM().run('({ n: 1, inc() { return ++this.n } })')
      o.inc()
      return o.n
    },
    vm2: '2',
    others: '1',
    why: 'the object on the host is a copy; its methods act on the guest’s own (guest-object-copied)',
  },
  {
    area,
    name: 'a class of the guest is constructed from the host',
    run: ({ VM }) => {
      const A = new VM().run('class A { constructor(x) { this.x = x } get() { return this.x } }; A')
      return new A(3).get()
    },
    vm2: '3',
  },
  {
    area,
    name: 'an instance of a class of the guest',
    run: ({ VM }) => {
      const a = new VM().run('class A { x = 4; get() { return this.x } }; new A()')
      return [a.x, a.get()]
    },
    vm2: '[ 4, 4 ]',
  },
  {
    area,
    name: 'an instance is instanceof its class on the host',
    run: ({ VM }) => {
      const vm = new VM()
      vm.run('class A { get() {} }')
      return vm.run('new A()') instanceof vm.run('A')
    },
    vm2: 'true',
    others: 'false',
    why: 'prototypes do not cross',
  },
  {
    area,
    name: 'a callback of the host is called by the guest',
    run: ({ VM }) => {
      let got: unknown
      new VM().run('(cb) => cb("hello")')((v: unknown) => {
        got = v
      })
      return got
    },
    vm2: "'hello'",
  },
  {
    area,
    name: 'a callback of the guest is called later',
    run: async ({ VM }) => {
      const kept: ((v: number) => number)[] = []
      const vm = new VM({
        sandbox: {
          on: (f: (v: number) => number) => {
            kept.push(f)
          },
        },
      })
      vm.run('let sum = 0; on((v) => { sum += v; return sum })')
      kept[0]?.(2)
      return kept[0]?.(3)
    },
    vm2: '5',
  },
  {
    area,
    name: 'a callback of the guest is called while the guest waits for its caller',
    run: ({ VM }) =>
      new VM({ sandbox: { each: (list: number[], f: (n: number) => number) => list.map((n) => f(n)) } }).run('each([1, 2], (n) => n * 2)'),
    vm2: '[ 2, 4 ]',
    others:
      'throws VMError BEDDEL_BUSY: The guest waits for this host function and cannot be called meanwhile. Return from it first: call the guest later, or let the guest pass data instead of a callback.',
    why: 'the guest waits for the host function and cannot be entered; an asynchronous host function may call it after an await',
  },
  {
    area,
    name: 'the guest changes an object of the host',
    run: ({ VM }) => {
      const o = { n: 1 }
      new VM({ sandbox: { o } }).run('o.n = 2')
      return o.n
    },
    vm2: '2',
    others: '1',
    why: byValue,
  },
  {
    area,
    name: 'the guest changes an argument',
    run: ({ VM }) => {
      const o = { list: [1] }
      new VM().run('(o) => { o.list.push(2) }')(o)
      return o.list
    },
    vm2: '[ 1, 2 ]',
    others: '[ 1 ]',
    why: byValue,
  },
  {
    area,
    name: 'the host changes an object that the guest has',
    run: ({ VM }) => {
      const o = { n: 1 }
      const vm = new VM({ sandbox: { o } })
      o.n = 2
      return vm.run('o.n')
    },
    vm2: '2',
    others: '1',
    why: 'objects cross by value when they are given; give it again with setGlobal. It is reported (host-object-changed-by-host)',
  },
  {
    area,
    name: 'an object of the host comes back as itself',
    run: ({ VM }) => {
      const object = {}
      return new VM({ sandbox: { object } }).run('object') === object
    },
    vm2: 'true',
    others: 'false',
    why: 'a copy comes back, with what the guest changed in it',
  },
  {
    area,
    name: 'an object of the host is instanceof Object in the guest',
    run: ({ VM }) => new VM({ sandbox: { o: {} } }).run('[o instanceof Object, Object.getPrototypeOf(o) === Object.prototype]'),
    vm2: '[ true, true ]',
  },
  {
    area,
    name: 'a Buffer of the host',
    run: ({ VM }) =>
      new VM({ sandbox: { b: Buffer.from([1, 5]) } }).run('[b instanceof Uint8Array, b.length, b[1], typeof b.toString === "function"]'),
    vm2: '[ true, 2, 5, true ]',
  },
  {
    area,
    name: 'a Buffer of the host is instanceof Buffer',
    run: ({ VM }) => new VM({ sandbox: { b: Buffer.from([1, 5]) } }).run('b instanceof Buffer'),
    vm2: 'true',
    others: 'false',
    why: 'bytes cross as Uint8Array; Buffer.from(b) makes a Buffer of them',
  },
  {
    area,
    name: 'a circular object',
    run: ({ VM }) => {
      const o: Record<string, unknown> = { a: 1 }
      o.self = o
      const r = new VM({ sandbox: { o } }).run('({ same: o.self === o, o })')
      return [r.same, r.o.self === r.o]
    },
    vm2: '[ true, true ]',
  },
  {
    area,
    name: 'freeze: silently ignored in sloppy code',
    run: ({ VM }) => {
      const util = { add: (a: number, b: number) => a + b }
      const vm = new VM()
      vm.freeze(util, 'util')
      vm.run('util.add = (a, b) => a - b')
      return [util.add(1, 1), vm.run('util.add(1, 1)')]
    },
    vm2: '[ 2, 2 ]',
  },
  {
    area,
    name: 'freeze: deeply',
    run: ({ VM }) => {
      const o = { a: { b: 1 } }
      const vm = new VM()
      vm.freeze(o, 'o')
      vm.run('o.a.b = 2; delete o.a')
      return [o.a.b, vm.run('o.a.b')]
    },
    vm2: '[ 1, 1 ]',
  },
  {
    area,
    name: 'freeze: throws in strict code',
    run: ({ VM }) => {
      const vm = new VM()
      vm.freeze({ a: 1 }, 'o')
      return (caught(() => vm.run('"use strict"; o.a = 2')) as Error).name
    },
    vm2: "'TypeError'",
  },
  {
    area,
    name: 'readonly and setGlobal',
    run: ({ VM }) => {
      const vm = new VM()
      const o = vm.readonly({ a: [1] })
      vm.setGlobal('o', o)
      vm.run('o.a.push(2)')
      return 'no throw'
    },
    vm2: "'no throw'",
    others: "throws TypeError: 'set' on proxy: trap returned falsish for property '1'",
    quickjs: 'throws TypeError: proxy: cannot set property',
    why: 'a built-in that would write throws, as in strict code; the host’s object is as it was',
  },
  {
    area,
    name: 'protect: no functions',
    run: ({ VM }) => {
      const vm = new VM()
      vm.protect({ a: 1 }, 'o')
      vm.run('o.toString = () => "x"; o.a = 2')
      return vm.run('[Object.hasOwn(o, "toString"), o.a]')
    },
    vm2: '[ false, 2 ]',
  },
  {
    area,
    name: 'the language’s own objects in sandbox',
    run: ({ VM }) =>
      new VM({ sandbox: { Math, JSON, Date, Buffer, Error } }).run(
        '[Math.max(1, 2), JSON.stringify({ a: 1 }), new Date(0).getTime(), Buffer.from("a").length, new Error("x").message]',
      ),
    vm2: "[ 2, '{\"a\":1}', 0, 1, 'x' ]",
  },
  {
    area,
    name: 'the host’s console in sandbox',
    run: ({ VM }) => new VM({ sandbox: { console } }).run('[typeof console.log, typeof console.error]'),
    vm2: "[ 'function', 'function' ]",
  },
  {
    area,
    name: 'the host’s timers in sandbox',
    run: ({ VM }) => new VM({ sandbox: { setTimeout } }).run('new Promise((done) => setTimeout(() => done("fired"), 5))'),
    vm2: "'fired'",
  },
  {
    area,
    name: 'a class of the host',
    run: ({ VM }) => new VM({ sandbox: { Counter } }).run('const c = new Counter(); c.add(2); c.add(3)'),
    vm2: '5',
  },
  {
    area,
    name: 'getters of a class of the host',
    run: ({ VM }) => new VM({ sandbox: { URL } }).run('const u = new URL("http://host/path?q=1"); [u.pathname, u.search, u.href]'),
    vm2: "[ '/path', '?q=1', 'http://host/path?q=1' ]",
  },
  {
    area,
    name: 'getters of a class of the guest',
    run: ({ VM }) => {
      const o = new VM().run('class A { n = 1; get next() { return this.n + 1 } bump() { this.n++ } }; new A()')
      o.bump()
      return [o.next, 'next' in o, Object.keys(o)]
    },
    vm2: "[ 3, true, [ 'n' ] ]",
  },
]
