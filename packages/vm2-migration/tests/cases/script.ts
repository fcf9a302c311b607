import { type Case, caught } from './case.ts'

const area = 'VMScript'

export const script: Case[] = [
  {
    area,
    name: 'runs many times',
    run: ({ VM, VMScript }) => {
      const vm = new VM()
      const s = new VMScript('var n = (typeof n === "number" ? n : 0) + 1; n')
      vm.run(s)
      return vm.run(s)
    },
    vm2: '2',
  },
  {
    area,
    name: 'runs in many VMs',
    run: ({ VM, VMScript }) => {
      const s = new VMScript('1 + 1')
      return [new VM().run(s), new VM().run(s)]
    },
    vm2: '[ 2, 2 ]',
  },
  { area, name: 'runs in a NodeVM', run: ({ NodeVM, VMScript }) => new NodeVM().run(new VMScript('module.exports = 6')), vm2: '6' },
  {
    area,
    name: 'the compiler is called once',
    run: ({ VM, VMScript }) => {
      let calls = 0
      const s = new VMScript('1', {
        compiler: (code: string) => {
          calls++
          return code
        },
      })
      new VM().run(s)
      new VM().run(s)
      return calls
    },
    vm2: '1',
  },
  {
    area,
    name: 'compile throws a syntax error',
    run: ({ VMScript }) => caught(() => new VMScript('var =').compile()) instanceof SyntaxError,
    vm2: 'true',
  },
  {
    area,
    name: 'compile gives the script',
    run: ({ VMScript }) => {
      const s = new VMScript('1')
      return s.compile() === s
    },
    vm2: 'true',
  },
  {
    area,
    name: 'code and filename',
    run: ({ VMScript }) => {
      const s = new VMScript('1 + 1', 'a.js')
      return [s.code, s.filename, new VMScript('1').filename]
    },
    vm2: "[ '1 + 1', 'a.js', 'vm.js' ]",
  },
  { area, name: 'a filename in the options', run: ({ VMScript }) => new VMScript('1', { filename: 'b.js' }).filename, vm2: "'b.js'" },
  {
    area,
    name: 'the filename is in the stack',
    run: ({ VM, VMScript }) =>
      /c\.js:1/.test((caught(() => new VM().run(new VMScript('throw new Error("x")', 'c.js'))) as Error).stack ?? ''),
    vm2: 'false',
    others: 'true',
    why: 'vm2 3.12 hides the frames of the stack that it shows to the host',
  },
  { area, name: 'wrap', run: ({ VM, VMScript }) => new VM().run(new VMScript('40').wrap('2 + ', '')), vm2: '42' },
]
