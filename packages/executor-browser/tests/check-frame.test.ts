import { expect, test } from 'vitest'
import { checkFrame } from '../src/check-frame.js'

test.each([
  [[100]],
  [[101]],
  [[102]],
  [[101, 1]],
  [[101, 'text']],
  [[1, '1j2', '', undefined]],
  [[2, '{}', '']],
  [[3, 'BEDDEL_RESULT_TOO_LARGE', '{"message":"m","path":"p"}']],
  [[4, 1, 'fetch', '1j[]']],
  [[6, 'log', 'text', undefined]],
  [[6, 'log', '', 'dropped']],
  [[7, 1, -1]],
])('%j is what a worker may say', (data) => {
  expect(checkFrame(data)?.[0]).toBe(data[0])
})

test.each([
  [undefined],
  [null],
  ['text'],
  [{ 0: 1, length: 4 }],
  [[]],
  [[0]],
  [['1', 'x']],
  [[1]],
  [[1, 5]],
  [[1, { toString: 1 }]],
  [[1, 'a', 'b', 'c', 'd']],
  [[2, ['x']]],
  [[3, 'BEDDEL_TIMEOUT', '{"message":""}']],
  [[3, 'BEDDEL_PROTOCOL', '{"message":5}']],
  [[3, 'BEDDEL_PROTOCOL', 'no JSON']],
  [[3, 'BEDDEL_PROTOCOL', 'null']],
  [[3, 'BEDDEL_PROTOCOL', `{"message":"${'x'.repeat(70_000)}"}`]],
  [[4, 0, 'f', '1j[]']],
  [[4, 1.5, 'f', '1j[]']],
  [[4, '1', 'f', '1j[]']],
  [[4, 1, {}, '1j[]']],
  [[4, 1, 'f', null]],
  [[5, 'f', '1j[]']],
  [[6, 'log', 5]],
  [[6, 'log', 'text', 'twice']],
  [[7, -1, 5]],
  [[7, 1, '5']],
  [[8, 'uuid', '']],
  [[99]],
  [[101, {}]],
  [[101, null]],
  [[Number.NaN]],
])('%j is not', (data) => {
  expect(checkFrame(data)).toBeUndefined()
})
