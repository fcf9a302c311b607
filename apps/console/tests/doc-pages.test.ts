import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ERROR_CODES } from '@beddel/core'
import { describe, expect, test } from 'vitest'
import { docPage } from '../build/doc-pages-plugin.ts'
import { DIST } from './support/playground.ts'

describe('as built', () => {
  test.each(Object.keys(ERROR_CODES))('%s has its page', (code) => {
    expect(readFileSync(`${DIST}/docs/errors/${code}.html`, 'utf8')).toContain(`<h1 id="${code.toLowerCase()}">${code}</h1>`)
  })

  test.each(globSync('**/*.html', { cwd: DIST }))('%s links and loads only what is there', (page) => {
    const text = readFileSync(`${DIST}/${page}`, 'utf8')
    const targets = Array.from(text.matchAll(/\s(?:href|src)="([^"]*)"/g), ([, target]) => (target as string).split('#')[0] as string)
    const missing = targets.filter((target) => target !== '' && !existsSync(resolve(DIST, dirname(page), target)))
    expect(missing).toEqual([])
    expect(text).toContain('http-equiv="Content-Security-Policy"')
  })
})

test('a link to what is not built becomes its text', () => {
  const html = docPage('docs/errors/A.md', '# A\n\n[b](B.md#x) [c](../C.md) [d](https://example.com) [e](#a)', [
    'docs/errors/A.md',
    'docs/errors/B.md',
  ])
  expect(html).toContain('<p><a href="B.html#x">b</a> c d <a href="#a">e</a></p>')
})
