import { type AttackOf, family } from './attack.js'
import { code, value } from './expectations.js'
import { LOOT, takeAsync } from './guest.js'

/** Text that closes a wrapper and opens another one: nothing of it may compile. */
const closes = (title: string, source: string): AttackOf => ({
  title,
  code: source,
  oracle: 'classification',
  expects: code('BEDDEL_GUEST_SYNTAX'),
})

const module_ = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  needs: ['modules'],
  oracle: 'env-secret',
  ...more,
})

/** Sources that want to be compiled as something else than they are, or outside of what holds them. */
export const formConfusion = family('form-confusion', {
  'plus-function': closes('a wrapper closed and added to another function', 'return 1 } + function () { return 2'),
  'comma-function': closes('a wrapper closed, and a second argument', 'return 1 }, function () { return 2'),
  'conditional-object': closes('a wrapper closed and made a condition', 'return 1 } ? 1 : { a() { return 2 }'),
  'sequence-function': closes('a wrapper closed, and a third argument', 'return 1 }, 0, async function () { return 2'),
  'logical-class': closes('a wrapper closed and made an operand', 'return 1 } && class { m() { return 2 }'),
  'statement-after': closes(
    'a wrapper closed, a statement, a wrapper opened',
    'return 1 }); globalThis[bait.marker] = 1; (() => { return 2',
  ),
  'async-plus': closes('the wrapper of an async body closed', 'await 0 } + async function () { await 1'),
  'async-statement': closes('the same with a statement between', 'await 0 }); globalThis[bait.marker] = 1; (async () => { await 0'),
  'template-close': closes('a wrapper closed by way of a template', 'return `${1}` }, function () { return `'.concat('${2}`')),
  'line-separator': closes(
    'a wrapper closed behind a line separator',
    'return 1 //\u2028 }); globalThis[bait.marker] = 1; (function () { return 2',
  ),
  'comment-close': closes('a comment that hides how the wrapper is closed', 'return 1 /* */ } /* */, /* */ function () { return 2 /* */'),
  'regexp-close': closes('a regular expression that hides it', 'return /}/ } , function () { return /{/'),
  'wrapper-arguments': { title: 'the arguments of a wrapper', code: takeAsync('arguments[0]'), oracle: 'env-secret' },
  'wrapper-this': { title: 'the receiver of a wrapper', code: takeAsync('this.process'), oracle: 'env-secret' },
  'wrapper-names': {
    title: 'names that a wrapper brings into scope',
    code: `${LOOT}return loot(require("node:process"))`,
    oracle: 'env-secret',
  },
  'callee-of-wrapper': {
    title: 'the text of a wrapper',
    code: 'return String(arguments.callee)',
    oracle: 'answer',
    expects: (outcome) =>
      outcome.success && /process|require|module/.test(String(outcome.result)) ? 'the wrapper shows its names' : undefined,
  },
  'script-import': {
    title: 'import() in a script',
    code: `${LOOT}import("node:process").then((p) => loot(p.default))`,
    oracle: 'env-secret',
  },
  'computed-import': {
    title: 'import() of a computed name',
    code: takeAsync('(await import(["node", "process"].join(":"))).default'),
    oracle: 'env-secret',
  },
  'import-in-eval': {
    title: 'import() in evaluated text',
    code: takeAsync('(await eval(\'import("node:process")\')).default'),
    oracle: 'env-secret',
  },
  'import-in-arrow': {
    title: 'import() in a function that outlives its statement',
    code: `${LOOT}const get = () => import("node:process"); return loot((await get()).default)`,
    oracle: 'env-secret',
  },
  'import-attributes': {
    title: 'import() with attributes of its own',
    code: takeAsync('(await import("node:process", { get with() { return undefined } })).default'),
    oracle: 'env-secret',
  },
  'import-to-string': {
    title: 'import() of an object with a toString',
    code: takeAsync('(await import({ toString: () => "node:process" })).default'),
    oracle: 'env-secret',
  },
  'module-star': module_('import * as', 'import * as p from "node:process"\nexport default p.env[bait.env]'),
  'module-default': module_('a default import', 'import p from "node:process"\nexport default p.env[bait.env]'),
  'module-dynamic': module_('import() in a module', 'export default (await import("node:process")).default.env[bait.env]'),
  'module-reexport': module_('an export from', 'export { env as default } from "node:process"', {
    oracle: 'answer',
    expects: code('BEDDEL_GUEST_SYNTAX', 'BEDDEL_GUEST_THROWN'),
  }),
  'module-create-require': module_(
    'createRequire in a module',
    'import { createRequire } from "node:module"\nexport default createRequire("/")("process").env[bait.env]',
  ),
  'module-register': module_(
    'module hooks',
    'import m from "node:module"\nexport default m.builtinModules.length > 0 ? m.createRequire("/")("fs").readFileSync(bait.read, "utf8") : 0',
    {
      oracle: 'canary-file',
    },
  ),
  'module-hidden': module_(
    'an import that only a parser of its own would miss',
    'import/**/{ readFileSync }/**/from/**/"node:fs"\nimport { readFileSync as again } from "node:fs"\nexport default again(bait.read, "utf8")',
    { oracle: 'canary-file' },
  ),
  'return-in-comment': {
    title: 'the word return in a comment',
    code: '/* return */ const x = 5; x',
    oracle: 'answer',
    expects: value(5),
  },
  'await-in-comment': { title: 'the word await in a comment', code: '// await\n6', oracle: 'answer', expects: value(6) },
  'return-in-regexp': {
    title: 'the word return in a regular expression',
    code: '/return/.source.length',
    oracle: 'answer',
    expects: value(6),
  },
  'return-as-key': { title: 'the word return as a key', code: '({ return: 1 }).return', oracle: 'answer', expects: value(1) },
  'await-in-function': {
    title: 'await as a parameter of a sloppy function',
    code: '(function (await) { var x = await; x++; this.y = x })(6); y',
    oracle: 'answer',
    expects: value(7),
  },
  'export-in-string': {
    title: 'export at the start of a line of a template',
    code: '`\nexport {}\nimport x from "y"`.length',
    oracle: 'answer',
    expects: value(28),
  },
})
