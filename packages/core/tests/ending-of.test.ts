import { expect, test } from 'vitest'
import { endingOf } from '../src/engine/ending-of.js'

test('an ending is taken as what it is', () => {
  expect(endingOf('{"kind":"value","figures":{}}', '1j1')).toEqual({ kind: 'value', text: '1j1', figures: {} })
})

test.each([
  'null',
  '[]',
  '{"kind":"value"}',
  '{"kind":"value","figures":null}',
  '{"kind":"other","figures":{}}',
  '{"kind":"fault","figures":{},"code":"BEDDEL_TIMEOUT"}',
  '{"kind":"fault","figures":{},"code":"BEDDEL_TIMEOUT","message":{"toString":1}}',
  '{"kind":"fault","figures":{},"code":"x","message":"","phase":"<script>"}',
  '{"kind":"fault","figures":{},"code":"x","message":"","started":"maybe"}',
  '{"kind":"fault","figures":{},"code":"x","message":"","details":7}',
  '{"kind":"value","figures":{},"notes":{}}',
  '{',
])('%s is no ending', (head) => {
  expect(() => endingOf(head, '')).toThrow()
})
