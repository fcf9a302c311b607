import { type Ending, endingOf } from '@beddel/core/engine'
import { expect, test } from 'vitest'
import { textsOf } from '../src/messages.js'

test.each<Ending>([
  { kind: 'value', text: '1j"a value is not written twice"', figures: { guestMs: 1 } },
  { kind: 'thrown', error: '{}', syntax: false, figures: {} },
  { kind: 'fault', code: 'BEDDEL_TIMEOUT', message: 'm', started: true, details: { neverSettles: true }, figures: {} },
])('an ending of kind $kind arrives as it was sent', (ending) => {
  const [head, text] = textsOf(ending)
  expect(head.includes('not written twice')).toBe(false)
  expect(endingOf(head, text)).toEqual(ending)
})
