import { describe, expect, test } from 'vitest'
import { meter } from '../src/metering.js'
import { problemOf } from './problem-of.js'

const MB = 1_000_000
const fill = (unit: string) => unit.repeat(MB / unit.length)
const count = (unit: (i: number) => string) => Array.from({ length: MB / unit(50_000).length }, (_, i) => unit(i)).join('')
const meterScript = (source: string) => meter(source, { form: 'script', budget: 1 })

/** Far above what a source of 1 MB takes (under 1 s on two slow cores), far below what something quadratic would. */
const MAX_MS = 8_000

const DEEP = {
  brackets: fill('['),
  parentheses: fill('('),
  blocks: fill('{'),
  arrows: fill('a=>'),
  conditions: fill('a?'),
  sums: `${fill('a+')}a`,
  negations: `${fill('!')}a`,
  labels: count((i) => `l${i}:`),
  'else if': fill('if(a);else '),
  templates: fill('`${'),
  loops: `${fill('for(a of b)')};`,
  news: fill('new '),
  'HTML comments': fill('-->\n'),
}

describe('deep nesting is a SourceError, soon', () => {
  test.each(Object.entries(DEEP))('%s', (_, source) => {
    const start = performance.now()
    expect(problemOf(() => meterScript(source)).message).toBe('The source is nested too deeply')
    expect(performance.now() - start).toBeLessThan(MAX_MS)
    expect(meterScript('1').code).toBe('let __beddel_left=1;1')
  })
})

const WIDE = {
  statements: fill('a;'),
  'let declarations': count((i) => `let a${i};`),
  'var declarations in blocks': `${'{'.repeat(200)}${count((i) => `var a${i};`)}${'}'.repeat(200)}`,
  functions: count((i) => `function a${i}(){}`),
  'groups of one name': `/${count(() => '(?<a>x)|')}y/`,
  'regular expressions': fill('/[a-z]+/u;'),
  spaces: `let${fill(' ')}a`,
  comments: `${fill('/**/')}a`,
  directives: fill('"a";'),
  'a long directive': `"${fill('a')}"`,
  loops: fill('for(a of b)a;'),
  'a chain of members': `a${fill('.a')}`,
  'a chain of calls': `a${fill('()')}`,
  templates: fill('`${1}`;'),
  fields: `class A{${count((i) => `#a${i};`)}}`,
  parameters: `(${count((i) => `a${i},`)}b)=>1`,
  'a big number': `${fill('9')}n`,
  escapes: `"${fill('\\u0041')}"`,
}

describe('1 MB takes time in proportion to its length', () => {
  test.each(Object.entries(WIDE))('%s', (_, source) => {
    const start = performance.now()
    expect(meterScript(source).code.length).toBeGreaterThan(source.length)
    expect(performance.now() - start).toBeLessThan(MAX_MS)
  })

  test('exports', () => {
    const source = count((i) => `export let a${i};`)
    const start = performance.now()
    meter(source, { form: 'module', budget: 1 })
    expect(performance.now() - start).toBeLessThan(MAX_MS)
  })
})
