import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Draft, draftOf, fragmentOf } from '../src/share.ts'

const draft: Draft = {
  code: "return 'ä 漢 🙂'\n",
  language: 'ts',
  input: '[1]',
  engine: 'node:quickjs',
  limits: { timeoutMs: '1000', memoryBytes: '32M' },
  web: true,
}
const fragment = (value: unknown): string => `v1.${deflateRawSync(JSON.stringify(value)).toString('base64url')}`

test('a draft survives its link', async () => {
  const text = await fragmentOf(draft)
  expect(text).toMatch(/^v1\.[\w-]+$/)
  expect(await draftOf(`#${text}`)).toEqual(draft)
})

test.each(['', '#', '#anything', '#v', '#version', '#v1'])('%j is no draft', async (text) => {
  expect(await draftOf(text)).toBeUndefined()
})

describe('a damaged link is refused', () => {
  test.each<[what: string, text: string]>([
    ['no base64', '#v1.%%%'],
    ['no deflate', '#v1.AAAA'],
    ['cut', `#${fragment(draft).slice(0, -6)}`],
    ['no object', `#${fragment(null)}`],
    ['a part is missing', `#${fragment({ ...draft, code: undefined })}`],
    ['a part of the wrong kind', `#${fragment({ ...draft, limits: { timeoutMs: 5 } })}`],
    ['a list where an object is due', `#${fragment({ ...draft, limits: ['1'] })}`],
    ['another version', '#v2.abc'],
    ['another version of two digits', '#v10.'],
    ['another language', `#${fragment({ ...draft, language: 'wasm' })}`],
    ['one that unpacks to 64 MB', `#${fragment({ ...draft, code: ' '.repeat(64 * 1024 * 1024) })}`],
  ])('%s', async (_, text) => {
    await expect(draftOf(text)).rejects.toThrow('damaged')
  })
})
