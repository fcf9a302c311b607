import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { captureContext } from '../src/engine/async-context.js'

test('a function runs in the context in which it was captured', () => {
  const storage = new AsyncLocalStorage<string>()
  const inA = storage.run('a', captureContext)
  const inB = storage.run('b', captureContext)
  expect(storage.run('c', () => [inA(() => storage.getStore()), inB(() => storage.getStore()), storage.getStore()])).toEqual([
    'a',
    'b',
    'c',
  ])
})
