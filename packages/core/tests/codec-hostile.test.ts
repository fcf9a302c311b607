import { expect, test } from 'vitest'
import { decode, encode } from '../dist/engine.js'

/** xorshift32: the same cases in every run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const shape = (): string[] =>
  [Object, Array, Map, Set, Error, String, RegExp, Function].flatMap((ctor) =>
    [ctor, ctor.prototype].flatMap((holder) =>
      Reflect.ownKeys(holder).map((key) => `${ctor.name} ${String(key)} ${typeof Object.getOwnPropertyDescriptor(holder, key)?.value}`),
    ),
  )

/** Decodes and reads what came out, as a host would. */
function survives(text: string): boolean {
  const decoded = decode(text)
  if (decoded.ok) encode(decoded.value, 1e6, 'value')
  else expect(typeof decoded.what).toBe('string')
  return decoded.ok
}

test.each([
  ['nothing', ''],
  ['one character', '1'],
  ['another version', '2j1'],
  ['no JSON', '1j{'],
  ['trailing text', '1j1 1'],
  ['undefined as JSON', '1jundefined'],
  ['too deep', `1j${'['.repeat(202)}${']'.repeat(202)}`],
  ['very deep', `1j${'['.repeat(1e6)}${']'.repeat(1e6)}`],
  ['very deep, tagged', `1t${'['.repeat(1e5)}${']'.repeat(1e5)}`],
  ['no table', '1t{}'],
  ['an empty table', '1t[]'],
  ['an object as a slot', '1t[{"a":1}]'],
  ['an unknown tag', '1t[["q"]]'],
  ['a node that is not there', '1t[[7]]'],
  ['a node before the first', '1t[[-1]]'],
  ['half a node', '1t[[0.5],["o"]]'],
  ['no tag', '1t[[0],[]]'],
  ['a node that is an object', '1t[[0],{"0":"o"}]'],
  ['a key that is no string', '1t[[0],["o",1,2]]'],
  ['a wrong bigint', '1t[["b","0x"]]'],
  ['a bigint that is none', '1t[["b",5]]'],
  ['a length that is none', '1t[[0],["s",1.5]]'],
  ['a negative length', '1t[[0],["s",-1]]'],
  ['a huge length', '1t[[0],["s",4294967295]]'],
  ['an index beyond the length', '1t[[0],["s",2,5,1]]'],
  ['a wrong pattern', '1t[[0],["r","(","g"]]'],
  ['wrong flags', '1t[[0],["r","a","gg"]]'],
  ['wrong base64', '1t[[0],["B","@@@"]]'],
  ['a view of itself', '1t[[0],["v","Uint8Array",[0],0,1]]'],
  ['a view of an object', '1t[[0],["v","Uint8Array",[1],0,1],["o"]]'],
  ['a view beyond its buffer', '1t[[0],["v","Uint8Array",[1],0,9],["B",""]]'],
  ['a view of a kind that is none', '1t[[0],["v","constructor",[1],0,0],["B",""]]'],
  ['a view named __proto__', '1t[[0],["v","__proto__",[1],0,0],["B",""]]'],
])('refuses %s', (_name, text) => expect(decode(text)).toMatchObject({ ok: false }))

test('an error cannot choose a constructor', () => {
  const decoded = decode('1t[[0],["e","constructor","m","",null,null]]') as { value: Error }
  expect(Object.getPrototypeOf(decoded.value)).toBe(Error.prototype)
  expect(decoded.value.name).toBe('constructor')
})

test('20 000 random and mutated texts: never a throw, never a trace on a prototype', () => {
  const next = random(0x2545f491)
  const alphabet = [
    '[',
    ']',
    '{',
    '}',
    '"',
    ',',
    ':',
    '\\',
    '-',
    '+',
    '.',
    'e',
    '0',
    '1',
    '9',
    'a',
    'o',
    'O',
    's',
    'm',
    'S',
    'B',
    'v',
    'r',
    'd',
    'u',
    'n',
    'z',
    'b',
    '"o"',
    '"a"',
    '"e"',
    '"__proto__"',
    '"constructor"',
    '[0]',
    '[1]',
    '["u"]',
    '\ud800',
    '\u2028',
    '\0',
    'null',
    'true',
  ]
  const seeds = [
    encode(
      new Map<unknown, unknown>([
        [1n, new Set([NaN])],
        [new Date(0), /x/g],
      ]),
      1e6,
      'v',
    ).text,
    encode([new Float64Array([1.5]), new DataView(new ArrayBuffer(4)), new Error('x', { cause: -0 })], 1e6, 'v').text,
    encode(Object.assign([1, , 3], {}), 1e6, 'v').text,
    encode({ a: { b: [undefined, 'x'.repeat(20)] }, ['__proto__']: 1 }, 1e6, 'v').text,
    encode({ plain: [1, { b: 'c' }] }, 1e6, 'v').text,
  ] as string[]
  const before = shape()
  let read = 0
  for (let i = 0; i < 20_000; i++) {
    let text: string
    if (i % 4 === 0) {
      text = next(2) === 0 ? '1j' : '1t'
      for (let n = next(40); n >= 0; n--) text += alphabet[next(alphabet.length)]
    } else {
      text = seeds[next(seeds.length)] as string
      for (let n = next(3); n >= 0; n--) {
        const at = 2 + next(text.length - 2)
        text = text.slice(0, at) + alphabet[next(alphabet.length)] + text.slice(at + next(3))
      }
    }
    if (survives(text)) read++
  }
  expect(shape()).toEqual(before)
  // Both kinds came up in numbers: the fuzz is neither all noise nor all sense.
  expect(read).toBeGreaterThan(2_000)
  expect(read).toBeLessThan(18_000)
})
