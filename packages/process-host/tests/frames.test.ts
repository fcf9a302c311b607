import { expect, test } from 'vitest'
import { encodeFrame, type Frame, FrameReader, WireError } from '../src/frames.js'

function read(bytes: Buffer, cut: (length: number) => number = (length) => length): Frame[] {
  const frames: Frame[] = []
  const reader = new FrameReader((frame) => frames.push(frame))
  reader.maxBytes = 10_000_000
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, cut(bytes.length - at))
    reader.push(Buffer.from(bytes.subarray(at, at + size)))
    at += size
  }
  return frames
}

const FRAMES: Frame[] = [
  { type: 1, id: 7, parts: ['{"a":1}', 'return 1', '', ''] },
  { type: 39, id: 4_294_967_295, parts: [] },
  { type: 40, id: 0, parts: ['é𝄞', '\u0000', 'lone \ud800 surrogate', 'x'.repeat(200_000)] },
]
const STREAM = Buffer.concat(FRAMES.map(({ type, id, parts }) => encodeFrame(type, id, parts)))

test('frames come out as they went in', () => {
  expect(read(STREAM)).toEqual(FRAMES)
})

test('wherever the stream is cut', () => {
  expect(read(STREAM.subarray(0, 400), () => 1)).toEqual(read(STREAM.subarray(0, 400)))
  for (const size of [2, 3, 5, 1_000, 65_536]) expect(read(STREAM, () => size)).toEqual(FRAMES)
  let seed = 1
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) % 5_000
  expect(read(STREAM, random)).toEqual(FRAMES)
})

test('a length above the cap is refused when it arrives, before anything is kept', () => {
  const reader = new FrameReader(() => expect.unreachable())
  const head = Buffer.alloc(4)
  head.writeUInt32LE(reader.maxBytes + 1)
  expect(() => reader.push(head)).toThrow(WireError)
})

test.each([
  ['too short for a head', [4, 0, 0, 0, 1, 0, 0, 0]],
  ['a part whose head is cut', [7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 9]],
  ['a part beyond its frame', [10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 255, 255, 255, 255]],
])('%s is refused', (_what, bytes) => {
  const reader = new FrameReader(() => expect.unreachable())
  expect(() => reader.push(Buffer.from(bytes))).toThrow(WireError)
})

test('more parts than any frame has are refused', () => {
  expect(() =>
    read(
      encodeFrame(
        1,
        1,
        Array.from({ length: 20 }, () => ''),
      ),
    ),
  ).toThrow(WireError)
})

test('random bytes give frames or a WireError, nothing else', () => {
  let seed = 42
  const random = () => (seed = (seed * 48_271) % 2_147_483_647)
  for (let round = 0; round < 2_000; round++) {
    const bytes = Buffer.from(Array.from({ length: random() % 60 }, () => random() % 256))
    if (bytes.length > 4 && random() % 2 === 0) bytes.writeUInt32LE(random() % 60, 0)
    try {
      read(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(WireError)
    }
  }
})
