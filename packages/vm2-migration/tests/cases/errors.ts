import { type Case, caught } from './case.ts'

const area = 'Errors'

export const errors: Case[] = [
  {
    area,
    name: 'an error of the guest is instanceof its class',
    run: ({ VM }) => {
      const e = caught(() => new VM().run('throw new TypeError("no")'))
      return [e instanceof TypeError, e instanceof Error, (e as Error).message]
    },
    vm2: "[ true, true, 'no' ]",
  },
  {
    area,
    name: 'a syntax error is instanceof SyntaxError',
    run: ({ VM }) => caught(() => new VM().run('var =')) instanceof SyntaxError,
    vm2: 'true',
  },
  {
    area,
    name: 'a reference error',
    run: ({ VM }) => {
      const e = caught(() => new VM().run('nothing')) as Error
      return [e instanceof ReferenceError, e.message]
    },
    vm2: "[ true, 'nothing is not defined' ]",
  },
  { area, name: 'what is thrown may be no error', run: ({ VM }) => caught(() => new VM().run('throw "text"')), vm2: "'text'" },
  {
    area,
    name: 'a thrown object comes with its data',
    run: ({ VM }) => caught(() => new VM().run('throw { code: 5 }')),
    vm2: '{ code: 5 }',
  },
  {
    area,
    name: 'properties of an error',
    run: ({ VM }) => (caught(() => new VM().run('throw Object.assign(new Error("x"), { code: "E1" })')) as { code: string }).code,
    vm2: "'E1'",
  },
  {
    area,
    name: 'an error class of the guest’s own has its name',
    run: ({ VM }) => {
      const e = caught(() => new VM().run('class MyError extends Error { name = "MyError" }; throw new MyError("x")')) as Error
      return [e instanceof Error, e.name]
    },
    vm2: "[ true, 'MyError' ]",
  },
  {
    area,
    name: 'the file’s name is in the stack',
    run: ({ VM }) => /my-file\.js:2/.test((caught(() => new VM().run('\nthrow new Error("x")', 'my-file.js')) as Error).stack ?? ''),
    vm2: 'false',
    others: 'true',
    why: 'vm2 3.12 hides the frames of the stack that it shows to the host',
  },
  {
    area,
    name: 'the code of an error of a host function',
    run: ({ VM }) => {
      const fail = (more: object): never => {
        throw Object.assign(new Error('gone'), more)
      }
      const vm = new VM({ sandbox: { known: () => fail({ code: 'ENOENT' }), none: () => fail({}) } })
      return [vm.run('try { known() } catch (error) { error.code }'), vm.run('try { none() } catch (error) { "code" in error }')]
    },
    vm2: "[ 'ENOENT', false ]",
  },
  {
    area,
    name: 'the code of an error of an asynchronous function of the guest',
    run: async ({ VM }) => {
      const f = (): never => {
        throw Object.assign(new Error('gone'), { code: 'ENOENT' })
      }
      const run = new VM({ sandbox: { f } }).run('async () => f()') as () => Promise<unknown>
      return run().catch((error: { code: unknown }) => error.code)
    },
    vm2: "'ENOENT'",
  },
  {
    area,
    name: 'the code of an error of require',
    run: ({ NodeVM }) => new NodeVM().run('try { require("nothing") } catch (error) { module.exports = [error.name, error.code] }'),
    vm2: "[ 'VMError', 'ENOTFOUND' ]",
  },
  {
    area,
    name: 'an error of a host function goes through the guest',
    run: ({ VM }) => {
      const mine = new RangeError('mine')
      return (
        caught(() =>
          new VM({
            sandbox: {
              f: () => {
                throw mine
              },
            },
          }).run('f()'),
        ) === mine
      )
    },
    vm2: 'true',
  },
  {
    area,
    name: 'the guest can catch it',
    run: ({ VM }) =>
      new VM({
        sandbox: {
          f: () => {
            throw new RangeError('mine')
          },
        },
      }).run('try { f() } catch (e) { [e.name, e.message, e instanceof Error] }'),
    vm2: "[ 'RangeError', 'mine', true ]",
  },
  {
    area,
    name: 'there it is instanceof its own class',
    run: ({ VM }) =>
      new VM({
        sandbox: {
          f: () => {
            throw new RangeError('mine')
          },
        },
      }).run('try { f() } catch (e) { e instanceof RangeError }'),
    vm2: 'true',
  },
  {
    area,
    name: 'a rejection of a host function',
    run: ({ VM }) =>
      new VM({
        sandbox: {
          f: async () => {
            throw new Error('later')
          },
        },
      }).run('f().catch((e) => e.message)'),
    vm2: "'later'",
  },
  {
    area,
    name: 'an error of a function that the guest gave',
    run: ({ VM }) => {
      const e = caught(new VM().run('() => { throw new TypeError("in") }'))
      return [e instanceof TypeError, (e as Error).message]
    },
    vm2: "[ true, 'in' ]",
  },
  {
    area,
    name: 'endless recursion',
    run: ({ VM }) => caught(() => new VM().run('function f() { f() } f()')) instanceof RangeError,
    vm2: 'true',
  },
  {
    area,
    name: 'VMError is an Error',
    run: ({ VMError }) => {
      const e = new VMError('x')
      return [e instanceof Error, e instanceof VMError, e.name, e.message]
    },
    vm2: "[ true, true, 'VMError', 'x' ]",
  },
  {
    area,
    name: 'what a VM refuses is a VMError',
    run: ({ VM, VMError }) => caught(() => new VM({ compiler: 'cobol' as never })) instanceof VMError,
    vm2: 'true',
  },
]
