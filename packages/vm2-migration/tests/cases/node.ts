import { type Case, caught, soon, until } from './case.ts'

const area = 'NodeVM'

export const node: Case[] = [
  { area, name: 'gives module.exports', run: ({ NodeVM }) => new NodeVM().run('module.exports = { a: 1 }'), vm2: '{ a: 1 }' },
  { area, name: 'exports is module.exports', run: ({ NodeVM }) => new NodeVM().run('exports.a = 2').a, vm2: '2' },
  {
    area,
    name: 'gives a function',
    run: ({ NodeVM }) => new NodeVM().run('module.exports = (who) => "hello " + who')('world'),
    vm2: "'hello world'",
  },
  {
    area,
    name: 'a function with a callback',
    run: ({ NodeVM }) => {
      let got: unknown
      new NodeVM().run('module.exports = (who, cb) => { cb("hello " + who) }')('world', (v: unknown) => {
        got = v
      })
      return got
    },
    vm2: "'hello world'",
  },
  {
    area,
    name: 'wrapper: none gives what is returned',
    run: ({ NodeVM }) => new NodeVM({ wrapper: 'none' }).run('return true'),
    vm2: 'true',
  },
  { area, name: 'wrapper in the options of run', run: ({ NodeVM }) => new NodeVM().run('return 5', { wrapper: 'none' }), vm2: '5' },
  {
    area,
    name: 'strict',
    run: ({ NodeVM }) => (caught(() => new NodeVM({ strict: true }).run('undeclared = 1')) as Error).name,
    vm2: "'ReferenceError'",
  },
  { area, name: 'not strict by default', run: ({ NodeVM }) => new NodeVM().run('undeclared = 1; module.exports = undeclared'), vm2: '1' },
  {
    area,
    name: '__filename and __dirname',
    run: ({ NodeVM }) => new NodeVM({ wrapper: 'none' }).run('return [__filename, __dirname]', '/a/b.js'),
    vm2: "[ '/a/b.js', '/a' ]",
  },
  {
    area,
    name: 'a source that closes the wrapper',
    run: ({ NodeVM }) => (caught(() => new NodeVM().run('}); (function () {')) as Error).name,
    vm2: 'undefined',
    others: "'SyntaxError'",
    why: 'vm2 runs what stands behind the wrapper; here it is refused',
  },
  { area, name: 'sandbox', run: ({ NodeVM }) => new NodeVM({ sandbox: { a: 1 } }).run('module.exports = a'), vm2: '1' },
  { area, name: 'NodeVM.code', run: ({ NodeVM }) => NodeVM.code('module.exports = 3'), vm2: '3' },
  { area, name: 'NodeVM.file', run: ({ NodeVM, app }) => NodeVM.file(`${app}/main.js`), vm2: "'main'" },
  { area, name: 'runFile', run: ({ NodeVM, app }) => new NodeVM().runFile(`${app}/main.js`), vm2: "'main'" },
  {
    area,
    name: 'there is no process.exit',
    run: ({ NodeVM }) => (caught(() => new NodeVM().run('process.exit()')) as Error).name,
    vm2: "'TypeError'",
  },
  { area, name: 'argv', run: ({ NodeVM }) => new NodeVM({ argv: ['a', 'b'] }).run('module.exports = process.argv'), vm2: "[ 'a', 'b' ]" },
  { area, name: 'env', run: ({ NodeVM }) => new NodeVM({ env: { X: 'y' } }).run('module.exports = process.env.X'), vm2: "'y'" },
  { area, name: 'env is empty by default', run: ({ NodeVM }) => new NodeVM().run('module.exports = Object.keys(process.env)'), vm2: '[]' },
  { area, name: 'global', run: ({ NodeVM }) => new NodeVM().run('module.exports = global === globalThis'), vm2: 'true' },
  {
    area,
    name: 'timers',
    run: async ({ NodeVM }) => {
      let got = 0
      new NodeVM({
        sandbox: {
          done: (n: number) => {
            got = n
          },
        },
      }).run('setTimeout((n) => done(n), 5, 9)')
      await until(() => got !== 0)
      return got
    },
    vm2: '9',
  },
  {
    area,
    name: 'clearTimeout and setInterval',
    run: async ({ NodeVM }) => {
      const seen: number[] = []
      new NodeVM({
        sandbox: {
          done: (n: number) => {
            seen.push(n)
          },
        },
      }).run(
        'clearTimeout(setTimeout(() => done(0), 1)); let i = 0; const t = setInterval(() => { done(++i); if (i === 2) clearInterval(t) }, 5)',
      )
      await until(() => seen.length >= 2)
      await soon(30)
      return seen
    },
    vm2: '[ 1, 2 ]',
  },
  {
    area,
    name: 'setImmediate',
    run: async ({ NodeVM }) => {
      let got = 0
      new NodeVM({
        sandbox: {
          done: (n: number) => {
            got = n
          },
        },
      }).run('setImmediate(done, 4)')
      await until(() => got !== 0)
      return got
    },
    vm2: '4',
  },
  {
    area,
    name: 'console: redirect',
    run: ({ NodeVM }) => {
      const vm = new NodeVM({ console: 'redirect' })
      const seen: unknown[] = []
      vm.on('console.log', (...args) => seen.push(args))
      vm.on('console.error', (...args) => seen.push(args))
      vm.run('console.log("a", { b: 1 }); console.error(2)')
      return seen
    },
    vm2: "[ [ 'a', { b: 1 } ], [ 2 ] ]",
  },
  {
    area,
    name: 'console: off',
    run: ({ NodeVM }) => new NodeVM({ console: 'off', wrapper: 'none' }).run('console.log("x"); return typeof console.log'),
    vm2: "'function'",
  },
  {
    area,
    name: 'require is refused by default',
    run: ({ NodeVM }) => {
      const e = caught(() => new NodeVM().run('require("fs")')) as Error & { code: string }
      return [e.name, e.message]
    },
    vm2: "[ 'VMError', \"Cannot find module 'fs'\" ]",
  },
  {
    area,
    name: 'require.builtin that is not listed',
    run: ({ NodeVM }) => (caught(() => new NodeVM({ require: { builtin: ['path'] } }).run('require("fs")')) as Error).message,
    vm2: '"Cannot find module \'fs\'"',
  },
  {
    area,
    name: 'require.builtin: path',
    run: ({ NodeVM }) => new NodeVM({ require: { builtin: ['path'] } }).run('module.exports = require("path").join("a", "..", "b")'),
    vm2: "'b'",
  },
  {
    area,
    name: 'require.builtin: util, url, querystring',
    run: ({ NodeVM }) =>
      new NodeVM({ require: { builtin: ['util', 'url', 'querystring'] } }).run(
        'module.exports = [require("util").format("%s:%d", "a", 1), require("url").parse("http://h/p?q").pathname, require("querystring").stringify({ a: 1 })]',
      ),
    vm2: "[ 'a:1', '/p', 'a=1' ]",
  },
  {
    area,
    name: 'require.builtin: events',
    run: ({ NodeVM }) =>
      new NodeVM({ require: { builtin: ['events'] } }).run(
        'const E = require("events"); const e = new E(); let got; e.on("x", (v) => { got = v }); e.emit("x", 3); module.exports = got',
      ),
    vm2: '3',
  },
  {
    area,
    name: 'require.builtin: assert',
    run: ({ NodeVM }) =>
      (caught(() => new NodeVM({ require: { builtin: ['assert'] } }).run('require("assert").strictEqual(1, 2)')) as Error).name,
    vm2: "'AssertionError'",
  },
  {
    area,
    name: 'require.builtin: fs',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { builtin: ['fs'] } }).run(`module.exports = require("fs").existsSync(${JSON.stringify(app)})`),
    vm2: 'true',
    others:
      'throws VMError BEDDEL_OPTION_UNSUPPORTED: require.builtin has "fs", of which there is no version for guests: it would give them the host\'s. There are: assert, buffer, events, path, punycode, querystring, string_decoder, url, util. Give the functions of "fs" that the guest needs as require.mock.',
    why: 'no module of the host is given to a guest; it fails when the NodeVM is made',
  },
  {
    area,
    name: 'require.mock of a builtin',
    run: ({ NodeVM }) =>
      new NodeVM({ require: { builtin: ['fs'], mock: { fs: { readFileSync: () => 'Nice try!' } } } }).run(
        'module.exports = require("fs").readFileSync("x")',
      ),
    vm2: "'Nice try!'",
  },
  {
    area,
    name: 'require.mock is the same each time',
    run: ({ NodeVM }) => new NodeVM({ require: { mock: { m: { a: 1 } } } }).run('module.exports = require("m") === require("m")'),
    vm2: 'true',
  },
  {
    area,
    name: 'require.mock that is undefined',
    run: ({ NodeVM }) =>
      new NodeVM({ require: { mock: { fs: undefined, path: undefined }, builtin: ['path'] } }).run(
        'try { require("fs") } catch (error) { module.exports = error.name }',
      ),
    vm2: "'VMError'",
  },
  {
    area,
    name: 'require of a file',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: true, context: 'sandbox', root: app } }).run(
        'module.exports = require("./lib/a").name',
        `${app}/vm.js`,
      ),
    vm2: "'a and b'",
  },
  {
    area,
    name: 'modules are loaded once, cycles too',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: true, context: 'sandbox', root: app } }).run(
        'module.exports = [require("./lib/a") === require("./lib/a.js"), require("./lib/cycle-a").ok]',
        `${app}/vm.js`,
      ),
    vm2: '[ true, true ]',
  },
  {
    area,
    name: 'require of JSON',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: true, context: 'sandbox', root: app } }).run(
        'module.exports = require("./data.json").n',
        `${app}/vm.js`,
      ),
    vm2: '8',
  },
  {
    area,
    name: 'require of a package',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: ['greeter'], context: 'sandbox', root: app } }).run(
        'module.exports = require("greeter")("you")',
        `${app}/vm.js`,
      ),
    vm2: "'hello you'",
  },
  {
    area,
    name: 'a package that is not listed',
    run: ({ NodeVM, app }) =>
      (
        caught(() =>
          new NodeVM({ require: { external: ['other'], context: 'sandbox', root: app } }).run('require("greeter")', `${app}/vm.js`),
        ) as Error
      ).name,
    vm2: "'VMError'",
  },
  {
    area,
    name: 'external with a wildcard',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: ['gr*er'], context: 'sandbox', root: app } }).run(
        'module.exports = require("greeter")("all")',
        `${app}/vm.js`,
      ),
    vm2: "'hello all'",
  },
  {
    area,
    name: 'a package’s own package needs transitive',
    run: ({ NodeVM, app }) =>
      [false, true].map((transitive) => {
        try {
          return new NodeVM({ require: { external: { modules: ['deep'], transitive }, context: 'sandbox', root: app } }).run(
            'module.exports = require("deep")',
            `${app}/vm.js`,
          )
        } catch {
          return 'refused'
        }
      }),
    vm2: "[ 'refused', 'deep inner' ]",
  },
  {
    area,
    name: 'a file outside of the root',
    run: ({ NodeVM, app }) =>
      (
        caught(() =>
          new NodeVM({ require: { external: true, context: 'sandbox', root: `${app}/lib` } }).run(
            'require("../main.js")',
            `${app}/lib/vm.js`,
          ),
        ) as Error
      ).name,
    vm2: "'VMError'",
  },
  {
    area,
    name: 'a link that leads out of the root',
    run: ({ NodeVM, app }) =>
      (
        caught(() =>
          new NodeVM({ require: { external: true, context: 'sandbox', root: `${app}/lib` } }).run(
            'require("./link.js")',
            `${app}/lib/vm.js`,
          ),
        ) as Error
      ).name,
    vm2: "'VMError'",
  },
  {
    area,
    name: 'require.context: host',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: true, context: 'host', root: app } }).run(
        'module.exports = require("./lib/a").name',
        `${app}/vm.js`,
      ),
    vm2: "'a and b'",
    others:
      'throws VMError BEDDEL_OPTION_UNSUPPORTED: require.context "host" would load modules in this process and let the guest reach all that they reach. Say context: "sandbox" to load them inside the guest, or give what the guest needs of them as require.mock.',
    why: 'it fails when the NodeVM is made',
  },
  {
    area,
    name: 'require.context not stated',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: true, root: app } }).run('module.exports = require("./lib/a").name', `${app}/vm.js`),
    vm2: "'a and b'",
    why: 'the same here, in the guest instead of the host (module-in-guest)',
  },
  {
    area,
    name: 'require.import',
    run: ({ NodeVM, app }) =>
      new NodeVM({ require: { external: true, context: 'sandbox', root: app, import: [`${app}/sets-global.js`] } }).run(
        'module.exports = globalThis.wasLoaded',
      ),
    vm2: 'true',
  },
  {
    area,
    name: 'require.resolve finds what is nowhere else',
    run: ({ NodeVM, app }) =>
      new NodeVM({
        require: {
          external: true,
          context: 'sandbox',
          root: app,
          resolve: (id: string) => (id === 'elsewhere' ? `${app}/lib/a.js` : undefined),
        },
      }).run('module.exports = require("elsewhere").name', `${app}/vm.js`),
    vm2: "'a and b'",
  },
  {
    area,
    name: 'sourceExtensions',
    run: ({ NodeVM, app }) =>
      new NodeVM({ sourceExtensions: ['js', 'code'], require: { external: true, context: 'sandbox', root: app } }).run(
        'module.exports = require("./other")',
        `${app}/vm.js`,
      ),
    vm2: "'other extension'",
  },
  {
    area,
    name: 'vm.require',
    run: ({ NodeVM }) => new NodeVM({ require: { builtin: ['path'] } }).require('path').basename('/a/b.js'),
    vm2: "'b.js'",
  },
  {
    area,
    name: 'makeResolverFromLegacyOptions',
    run: ({ NodeVM, makeResolverFromLegacyOptions }) =>
      new NodeVM({ require: makeResolverFromLegacyOptions({ mock: { m: 7 } }) }).run('module.exports = require("m")'),
    vm2: '7',
  },
  {
    area,
    name: 'require.customRequire',
    run: ({ NodeVM }) =>
      new NodeVM({ require: { builtin: ['path'], customRequire: () => ({ sep: '!' }) } }).run('module.exports = require("path").sep'),
    vm2: "'!'",
    others:
      'throws VMError BEDDEL_OPTION_UNSUPPORTED: require.customRequire would load modules in this process. Give what the guest needs of them as require.mock.',
    why: 'it fails when the NodeVM is made',
  },
  {
    area,
    name: 'nesting',
    run: ({ NodeVM }) =>
      new NodeVM({ nesting: true, require: {} }).run('const { VM } = require("vm2"); module.exports = new VM().run("6")'),
    vm2: '6',
    others:
      'throws VMError BEDDEL_OPTION_UNSUPPORTED: nesting gives the guest classes of the host with which it can load any module. Make the inner VM on the host, and give the guest a function that runs code in it.',
    why: 'by vm2’s own words it is an escape hatch; it fails when the NodeVM is made',
  },
  {
    area,
    name: 'it is instanceof VM',
    run: ({ NodeVM, VM, library }) => {
      const vm = new NodeVM()
      return [vm instanceof library.VM, vm instanceof library.NodeVM, new VM() instanceof library.NodeVM]
    },
    vm2: '[ true, true, false ]',
  },
  {
    area,
    name: 'classes that extend it',
    run: ({ NodeVM }) => {
      class Mine extends NodeVM {
        twice(code: string): number {
          return this.run(code) * 2
        }
      }
      return new Mine({ wrapper: 'none' }).twice('return 4')
    },
    vm2: '8',
  },
]
