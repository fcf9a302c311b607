import { expect, test } from 'vitest'
import { BoundedCache } from '../src/bounded-cache.js'

test('drops the oldest texts where all together are too long', () => {
  const cache = new BoundedCache<number>(10)
  cache.set('aaaa', 1)
  cache.set('bbbb', 2)
  cache.set('cccc', 3)
  expect(['aaaa', 'bbbb', 'cccc'].map((text) => cache.get(text))).toEqual([undefined, 2, 3])
})

test('does not keep a text that alone is too long', () => {
  const cache = new BoundedCache<number>(3)
  cache.set('aaaa', 1)
  expect(cache.get('aaaa')).toBeUndefined()
})
