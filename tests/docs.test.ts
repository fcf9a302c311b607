import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FAMILIES, ORACLE_NAMES } from '@beddel/conformance/kit'
import { ERROR_CODES } from '../packages/core/src/codes.js'
import { ROOT } from './support/workspace.js'

const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'packages/*/*.md', 'apps/*/*.md'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
})
const read = (path: string): string => readFileSync(ROOT + path, 'utf8')
/** The anchors that GitHub gives to a page's headings. */
const anchors = (text: string): string[] =>
  Array.from(text.matchAll(/^#+ (.*)$/gm), ([, title]) =>
    (title as string)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** Links to files that are not there, or to headings that a page has not. */
function brokenLinks(page: string, text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target as string).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? ROOT + page : resolve(ROOT, dirname(page), path)
    if (!existsSync(file)) return true
    return anchor !== undefined && !anchors(path === '' ? text : readFileSync(file, 'utf8')).includes(anchor)
  })
}

describe('links', () => {
  test.each(pages)('%s', (page) => expect(brokenLinks(page, read(page))).toEqual([]))
  test('a broken one is found', () => {
    const text = '[a](nowhere.md) [b](SECURITY.md#no-such-heading) [c](#here) [d](https://example.com)\n# Here\n[e](README.md)'
    expect(brokenLinks('README.md', text)).toEqual(['nowhere.md', 'SECURITY.md#no-such-heading'])
  })
})

test.each(Object.entries(ERROR_CODES))('the page of %s states its origin and status', (code, { origin, http }) => {
  const page = read(`docs/errors/${code}.md`)
  expect(page.startsWith(`# ${code}\n`)).toBe(true)
  expect(page).toContain(`| Origin | ${origin} |`)
  expect(page).toContain(`| HTTP status | ${http} |`)
})

test('the README shows examples/hello.mjs, and what it shows is what it prints', () => {
  const readme = read('README.md')
  expect(readme).toContain(`\`\`\`js\n${read('examples/hello.mjs')}\`\`\``)
  const { stdout, stderr } = spawnSync(process.execPath, ['examples/hello.mjs'], { cwd: ROOT, encoding: 'utf8', timeout: 25_000, env: {} })
  expect(stderr).toBe('')
  expect(readme).toContain(`\`\`\`\n${stdout}\`\`\``)
})

test('the page of attacks names every family and every oracle, and no other', () => {
  const page = read('docs/security/attacks.md')
  const section = (title: string): string => page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
  const named = (title: string): string[] =>
    Array.from(section(title).matchAll(/^\| (`.*?) \|/gm), ([, cell]) =>
      Array.from((cell as string).matchAll(/`([^`]+)`/g), ([, name]) => name as string),
    ).flat()
  expect(named('Families').toSorted()).toEqual([...FAMILIES].toSorted())
  expect(named('Oracles').toSorted()).toEqual([...ORACLE_NAMES].toSorted())
})

test('the threat model names files, tests and families that are there', () => {
  const vectors = read('docs/security/threat-model.md').split('## Vectors')[1]?.split('\n## ')[0] ?? ''
  const rows = vectors
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
  const quoted = rows.flatMap((line) => {
    const [, , , files = '', tests = ''] = line.split(' | ').length > 4 ? ['', ...line.split(' | ')] : []
    return [...files.matchAll(/`([^`]+)`/g), ...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string)
  })
  expect(rows.length).toBeGreaterThan(15)
  expect(quoted.length).toBeGreaterThan(40)
  const absent = quoted.filter((name) => {
    if (name.startsWith('pnpm ') || (FAMILIES as readonly string[]).includes(name)) return false
    return globSync([name, `packages/${name}`, `packages/*/src/**/${name}`], { cwd: ROOT, exclude: ['**/node_modules/**'] }).length === 0
  })
  expect(absent).toEqual([])
})

test('the decisions are numbered without gaps', () => {
  const numbers = pages.filter((page) => page.startsWith('docs/decisions/')).map((page) => Number(page.match(/(\d{4})-/)?.[1]))
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1))
})
