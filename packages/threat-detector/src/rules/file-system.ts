import type { Rule } from './rule.js'

export const FILE_SYSTEM: readonly Rule[] = [
  {
    id: 'file-module',
    pattern: 'FILESYSTEM',
    family: ['file-system', 'file-module'],
    on: 'load',
    keys: ['fs.*', 'fs-extra', 'graceful-fs', 'memfs', 'rimraf', 'glob'],
    reason: 'The module {key} reads and writes files.',
    examples: {
      match: [
        `require('fs').readFileSync('x')`,
        `import { readFile } from 'node:fs/promises'`,
        `await import('f' + 's')`,
        `require(['f', 's'].join(''))`,
        `process.getBuiltinModule('node:fs')`,
      ],
      no: [`require('fsevents2')`, `const fs = {}; fs.readFile`, `import fs from './fs.js'`],
    },
  },
  {
    id: 'file-methods',
    pattern: 'FILESYSTEM',
    family: ['file-system', 'file-module'],
    on: 'method',
    keys: [
      ...['readFileSync', 'writeFileSync', 'appendFileSync', 'readdirSync', 'unlinkSync', 'rmSync', 'rmdirSync', 'mkdirSync', 'existsSync'],
      ...['statSync', 'copyFileSync', 'chmodSync', 'createReadStream', 'createWriteStream', 'openSync', 'symlinkSync'],
    ],
    reason: '{key} is a function of the module fs.',
    examples: { match: [`f.readFileSync('x')`, `f['unlink' + 'Sync']('x')`], no: [`f.readFile('x')`, `readFileSync`] },
  },
  {
    id: 'file-binding',
    pattern: 'FILESYSTEM',
    family: ['file-system', 'file-module'],
    on: 'call',
    keys: ['process.binding', 'process._linkedBinding'],
    when: ({ args }) => args[0]?.k === 'str' && args[0].s === 'fs',
    reason: 'This binding of Node reads and writes files.',
    examples: { match: [`process.binding('fs').open('x')`], no: [`process.binding('util')`] },
  },
  {
    id: 'runtime-files',
    pattern: 'FILESYSTEM',
    family: ['file-system', 'file-module'],
    on: 'use',
    keys: [
      ...[
        'Deno.readFile',
        'Deno.readTextFile',
        'Deno.readTextFileSync',
        'Deno.writeFile',
        'Deno.writeTextFile',
        'Deno.open',
        'Deno.remove',
      ],
      ...['Bun.file', 'Bun.write'],
    ],
    reason: '{key} reads or writes files.',
    examples: { match: [`Deno.readTextFile('x')`, `Bun.file('x')`], no: [`Deno.version`] },
  },
  {
    id: 'host-path',
    pattern: 'FILESYSTEM',
    family: ['file-system', 'host-path'],
    on: 'text',
    keys: ['*'],
    when: ({ text }) =>
      /^(?:\/etc\/|\/proc\/(?:self|\d)|\/root\/|\/var\/run\/|~\/|file:\/\/|[A-Z]:\\(?:Windows|Users)\b|(?:\.\.[/\\]){3,})|\/\.(?:ssh|aws|npmrc|netrc|kube)\b/i.test(
        text ?? '',
      ),
    reason: 'A call is given a path of the host.',
    examples: {
      match: [`read('/etc/passwd')`, `x.open('/proc/self/environ')`, `load('../../../../secret')`, `f(home + '', '/home/a/.ssh/id_rsa')`],
      no: [`get('/api/users')`, `f('./a/../b')`, `const etc = '/etc/passwd'`],
    },
  },
  {
    id: 'own-place',
    pattern: 'FILESYSTEM',
    family: ['file-system', 'host-path'],
    // Where the code's own file lies is all that it tells.
    weight: 40,
    on: 'use',
    keys: ['__dirname.*', '__filename.*'],
    reason: '{key} tells where the code lies on the host.',
    examples: { match: [`__dirname + '/x'`], no: [`const __dirname = 'x'; __dirname`] },
  },
]
