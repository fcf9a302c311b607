// Takes functions out of npm packages for evidence/benign.jsonl, with where each is from and under which licence, and the licences
// into evidence/LICENCES.md. Needs the registry; the same versions give the same files.
//   node packages/threat-detector/scripts/extract-benign.mjs
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from '@beddel/source/parse'

/** Package, which of its files, and how many functions at most. The first six are those of which none may be blocked. */
const PACKAGES = [
  ['lodash@4.18.1', /^lodash\.js$/, 90],
  ['date-fns@4.4.0', /^(?!.*(locale|fp|cdn|docs|\.cjs|test|_lib\/test))[\w/]+\.js$/, 60],
  ['moment@2.31.0', /^moment\.js$/, 60],
  ['uuid@13.0.2', /^dist-node\/.*\.js$|^dist\/.*\.js$/, 30],
  ['mathjs@15.2.0', /^lib\/esm\/(utils|function|expression|core|type)\/.*\.js$/, 70],
  ['underscore@1.13.8', /^underscore-node-f\.cjs$|^underscore\.js$/, 60],
  ['ramda@0.32.0', /^es\/.*\.js$/, 20],
  ['validator@13.15.35', /^lib\/.*\.js$/, 20],
  ['dayjs@1.11.23', /^esm\/.*\.js$/, 15],
  ['d3-array@3.2.5', /^dist\/d3-array\.js$/, 15],
  ['d3-scale@4.0.3', /^dist\/d3-scale\.js$/, 10],
  ['immutable@5.2.1', /^dist\/immutable\.es\.js$/, 20],
  ['nanoid@5.1.16', /^.*\.js$/, 5],
  ['qs@6.17.1', /^lib\/.*\.js$/, 10],
  ['semver@7.8.6', /^(functions|internal|ranges)\/.*\.js$/, 15],
  ['marked@18.2.1', /^lib\/marked\.esm\.js$/, 10],
  ['js-yaml@5.5.0', /^(lib|dist)\/.*\.m?js$/, 15],
  ['papaparse@5.7.1', /^papaparse\.js$/, 10],
  ['fast-deep-equal@3.1.3', /^index\.js$/, 5],
  ['handlebars@4.7.10', /^dist\/cjs\/.*\.js$/, 20],
  ['mustache@4.2.0', /^mustache\.js$/, 10],
  ['bignumber.js@11.1.5', /^(bignumber|dist\/.*)\.m?js$/, 10],
  ['decimal.js@10.6.0', /^decimal\.js$/, 15],
  ['chroma-js@3.2.0', /^(src|dist)\/.*\.js$/, 15],
  ['big.js@7.0.1', /^big\.m?js$/, 8],
]

const [MIN, MAX] = [80, 2_500]
const LICENCES = /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|CC0-1\.0|MIT AND .*|\(?BSD-3-Clause.*)$/

const evidence = new URL('../evidence/', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'beddel-benign-'))
const rows = []
const notices = []
try {
  for (const [spec, wanted, count] of PACKAGES) {
    const tarball = execFileSync('npm', ['pack', '--silent', spec], { cwd: folder, encoding: 'utf8' }).trim().split('\n').at(-1)
    const home = mkdtempSync(join(folder, 'x-'))
    execFileSync('tar', ['-xzf', join(folder, tarball), '-C', home, '--strip-components=1'])
    const { license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    if (!LICENCES.test(license)) throw new Error(`${spec} is under ${license}`)
    const notice = readdirSync(home).find((name) => /^licen[cs]e/i.test(name))
    notices.push(
      `## ${spec}\n\n${license}\n\n\`\`\`\n${notice ? readFileSync(join(home, notice), 'utf8').trim() : `Copyright its authors; ${license}`}\n\`\`\`\n`,
    )
    const found = new Map()
    for (const file of filesOf(home)) if (wanted.test(file)) collect(file, readFileSync(join(home, file), 'utf8'), found)
    const own = [...found.values()].map((row) => ({ package: spec, licence: license, ...row }))
    // Whichever a hash picks, and not whoever chooses; templates always, since they make code from text.
    own.sort((a, b) => rank(a) - rank(b))
    rows.push(...own.slice(0, count))
    console.log(spec, own.length, Math.min(count, own.length))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
writeFileSync(new URL('benign.jsonl', evidence), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
writeFileSync(
  new URL('LICENCES.md', evidence),
  `# Licences of what is in benign.jsonl\n\nEach line there names the package, file and function that its code is from.\n\n${notices.join('\n')}`,
)

function rank({ function: name, code }) {
  // The word before it, because the sets are split by the hash of the code alone.
  return name === 'template' ? -1 : Number.parseInt(createHash('sha256').update(`pick ${code}`).digest('hex').slice(0, 8), 16)
}

function filesOf(home, below = '') {
  return readdirSync(join(home, below))
    .sort()
    .flatMap((name) => {
      const path = below === '' ? name : `${below}/${name}`
      return statSync(join(home, path)).isDirectory() ? filesOf(home, path) : [path]
    })
}

/** Named functions that stand in no other named one, and functions that are given a name. */
function collect(file, source, found) {
  const program = tree(source)
  if (program === undefined) return
  const visit = (node, name) => {
    if (typeof node?.type !== 'string') return
    const own = node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
    const named = node.id?.name ?? name
    if (own && named !== undefined && named !== 'runInContext' && node.end - node.start >= MIN) {
      // A function around a whole file is no function of that file.
      if (node.end - node.start <= MAX || named === 'template') return keep(file, named, node, source, found)
    }
    for (const [key, value] of Object.entries(node)) {
      const label = key === 'init' ? node.id?.name : key === 'right' ? (node.left?.property?.name ?? node.left?.name) : undefined
      for (const child of Array.isArray(value) ? value : [value]) if (typeof child === 'object') visit(child, label)
    }
  }
  visit(program)
}

function keep(file, name, { type, start, end }, source, found) {
  const text = source.slice(start, end)
  const code = type === 'FunctionDeclaration' ? text : `(${text})`
  if (!found.has(name) && tree(code) !== undefined) found.set(name, { file, function: name, code })
}

function tree(source) {
  for (const form of ['script', 'module']) {
    try {
      return parse(source, form)
    } catch {}
  }
  return undefined
}
