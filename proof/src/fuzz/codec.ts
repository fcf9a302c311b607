import { same, show } from '@beddel/conformance/kit'
import { type Executor } from '@beddel/core'
import { decode, encode } from '@beddel/core/engine'
import { isolatedVmProvider } from '@beddel/executor-isolated-vm'
import { quickJsProvider } from '@beddel/executor-quickjs'
import fc from 'fast-check'
import type { Target } from './target.ts'
import { crossing } from './values.ts'

const MAX = 4 * 1024 * 1024
const none = async (): Promise<void> => {}

function roundTrip(value: unknown): string {
  const encoded = encode(value, MAX, 'value')
  if (encoded.problem !== undefined) throw new Error(`it does not cross: ${encoded.problem.path}: ${encoded.problem.what}`)
  const decoded = decode(encoded.text)
  if (!decoded.ok) throw new Error(`it was refused: ${decoded.what}: ${encoded.text}`)
  if (!same(value, decoded.value)) throw new Error(`${show(value)} became ${show(decoded.value)}: ${encoded.text}`)
  return encoded.text
}

export const roundTrips: Target = {
  name: 'codec',
  says: 'what crosses comes out the same, and its text is the same the second time',
  open: async () => ({
    property: fc.property(crossing, (build) => {
      const value = build()
      const text = roundTrip(value)
      const again = decode(text)
      if (again.ok && encode(again.value, MAX, 'value', true).text === undefined) throw new Error('it does not cross a second time')
    }),
    close: none,
  }),
}

/** The other direction: into a guest and out again, through its own end of the codec. */
export const throughGuests: Target = {
  name: 'codec-guests',
  says: 'a value that goes into a guest and comes back is the same, on both engines with a boundary',
  open: async () => {
    const executors: Executor[] = [await isolatedVmProvider.create(), await quickJsProvider.create()]
    return {
      property: fc.asyncProperty(crossing, async (build) => {
        // Within an array: an input that is undefined is as good as none.
        const value = [build()]
        for (const executor of executors) {
          const outcome = await executor.run('input', { input: value, limits: { timeoutMs: 30_000 } })
          if (!outcome.success) throw new Error(`${executor.type}: ${outcome.error.code} ${outcome.error.message} for ${show(value)}`)
          if (!same(value, outcome.result)) throw new Error(`${executor.type}: ${show(value)} became ${show(outcome.result)}`)
        }
      }),
      close: async () => {
        for (const executor of executors) await executor.dispose()
      },
    }
  },
}

const prototypes = (): string =>
  [Object, Array, Map, Set, Error, String, RegExp, Function, Date, Promise]
    .map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join())
    .join(';')

const syntax = fc.constantFrom(
  '1j',
  '1t',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '"',
  '-',
  '1',
  '0',
  '1e9',
  '4294967295',
  'null',
  'true',
  '\\u0000',
  '[0]',
  '[1]',
  '["u"]',
  '["o"',
  '["a"',
  '["s",',
  '["m"',
  '["S"',
  '["e","Error","m","",null,null',
  '["r","',
  '["B","',
  '["v","Uint8Array",',
  '["d",',
  '["b","',
  '"__proto__"',
)

export const hostileTexts: Target = {
  name: 'codec-hostile',
  says: 'any text at all is decoded or refused: nothing is thrown, no prototype is touched',
  open: async () => {
    const untouched = prototypes()
    const mutated = fc
      .tuple(crossing, fc.array(fc.tuple(fc.nat(), fc.oneof(syntax, fc.string({ maxLength: 3 }))), { minLength: 1, maxLength: 4 }))
      .map(([build, edits]) => {
        let text = encode(build(), MAX, 'value').text ?? '1t[]'
        for (const [at, put] of edits) {
          const from = at % (text.length + 1)
          text = text.slice(0, from) + put + text.slice(from + (at % 3))
        }
        return text
      })
    const texts = fc.oneof(
      mutated,
      fc.array(syntax, { maxLength: 60 }).map((parts) => `1t${parts.join('')}`),
      fc.json().map((json) => `1j${json}`),
      fc.json().map((json) => `1t${json}`),
      fc.string({ unit: 'binary' }),
    )
    return {
      property: fc.property(texts, fc.boolean(), (text, own) => {
        const decoded = decode(text, own)
        if (decoded.ok) encode(decoded.value, MAX, 'value')
        else if (typeof decoded.what !== 'string') throw new Error('it was refused without a reason')
        if (prototypes() !== untouched) throw new Error('a prototype was changed')
      }),
      close: none,
    }
  },
}
