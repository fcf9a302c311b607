import type { webcrypto } from 'node:crypto'
import { expect, test } from 'vitest'
import { toHex } from '../src/signing/bytes.js'
import { LOW_ORDER_Y, publicKeyProblem, signatureProblem } from '../src/signing/check-points.js'
import { add, decodePoint, isNeutral, L, multiply, P, type Point } from '../src/signing/curve.js'
import { publicKeyOf } from '../src/signing/private-key.js'
import { keyIdOf, readPublicKey } from '../src/signing/public-key.js'

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, 'hex'))

/** A number and a sign as a point is written. */
function written(y: bigint, negative = false): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes((y + (negative ? 2n ** 255n : 0n)).toString(16).padStart(64, '0')).reverse())
}

function encode({ X, Y, Z }: Point): Uint8Array<ArrayBuffer> {
  const inverse = power(Z, P - 2n)
  return written((Y * inverse) % P, ((X * inverse) % P) % 2n === 1n)
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = (square * square) % P) {
    if (left & 1n) result = (result * square) % P
  }
  return result
}

// RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
const VECTORS = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    seed: '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    key: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    signature:
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
]

test.each(VECTORS)('RFC 8032: $key', async ({ seed, key, message, signature }) => {
  const raw = await publicKeyOf(bytes(seed), 'raw')
  expect(toHex(raw)).toBe(key)
  expect(publicKeyProblem(bytes(key))).toBeUndefined()
  expect(signatureProblem(bytes(signature))).toBeUndefined()
  const verifier = (await readPublicKey(bytes(key))).verifier as webcrypto.CryptoKey
  expect(await crypto.subtle.verify('Ed25519', verifier, bytes(signature), bytes(message))).toBe(true)
  expect(await crypto.subtle.verify('Ed25519', verifier, bytes(signature), bytes(`${message}00`))).toBe(false)
})

test('the points of low order are those that 8 brings to the neutral one, and no others', () => {
  const points = LOW_ORDER_Y.flatMap((y) => [decodePoint(written(y)), decodePoint(written(y, true))]).filter((point) => point !== undefined)
  expect(points).toHaveLength(8)
  for (const point of points) expect(isNeutral(multiply(point, 8n))).toBe(true)
  expect(new Set(points.map((point) => toHex(encode(point)))).size).toBe(8)
  const base = decodePoint(bytes('5866666666666666666666666666666666666666666666666666666666666666')) as Point
  expect(isNeutral(multiply(base, 8n))).toBe(false)
  expect(isNeutral(multiply(base, L))).toBe(true)
})

test.each([
  ['the neutral point', written(1n), 'KEY_LOW_ORDER'],
  ['the neutral point with a sign', written(1n, true), 'KEY_LOW_ORDER'],
  ['a point of order 2', written(P - 1n), 'KEY_LOW_ORDER'],
  ['a point of order 4', written(0n), 'KEY_LOW_ORDER'],
  ['a point of order 8', bytes('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'), 'KEY_LOW_ORDER'],
  ['another of order 8', bytes('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'), 'KEY_LOW_ORDER'],
  ['the neutral point, not canonical', written(P + 1n), 'KEY_LOW_ORDER'],
  ['zero, not canonical', written(P), 'KEY_LOW_ORDER'],
  ['another y beyond the field', written(P + 3n), 'KEY_NOT_CANONICAL'],
  ['no point of the curve', written(2n), 'KEY_NOT_ON_CURVE'],
  ['31 bytes', new Uint8Array(31), 'KEY_FORMAT'],
])('a public key that is %s', async (_, raw, code) => {
  expect(publicKeyProblem(raw)).toBe(code)
  await expect(keyIdOf(Buffer.from(raw).toString('base64'))).rejects.toMatchObject({ name: 'SigningError', code })
})

test('a public key with a part of low order, which signs as well as the one without', () => {
  const honest = decodePoint(bytes(VECTORS[1]?.key as string)) as Point
  const mixed = encode(add(honest, decodePoint(written(0n)) as Point))
  expect(publicKeyProblem(encode(honest))).toBeUndefined()
  expect(publicKeyProblem(mixed)).toBe('KEY_MIXED_ORDER')
})

test.each(VECTORS)('a signature that was rewritten: $key', ({ signature }) => {
  const honest = bytes(signature)
  const withR = (r: Uint8Array): Uint8Array => Uint8Array.of(...r, ...honest.subarray(32))
  const withS = (s: bigint): Uint8Array => Uint8Array.of(...honest.subarray(0, 32), ...written(s))
  const s = BigInt(`0x${toHex(honest.slice(32).reverse())}`)
  expect(signatureProblem(withS(s))).toBeUndefined()
  expect(signatureProblem(withS(s + L))).toBe('SIGNATURE_MALLEABLE')
  expect(signatureProblem(withS(s + 7n * L))).toBe('SIGNATURE_MALLEABLE')
  expect(signatureProblem(withS(L))).toBe('SIGNATURE_MALLEABLE')
  expect(signatureProblem(withS(L - 1n))).toBeUndefined()
  expect(signatureProblem(withR(written(1n)))).toBe('SIGNATURE_LOW_ORDER')
  expect(signatureProblem(withR(written(P - 1n, true)))).toBe('SIGNATURE_LOW_ORDER')
  expect(signatureProblem(withR(written(P + 4n)))).toBe('SIGNATURE_NOT_CANONICAL')
  expect(signatureProblem(honest.subarray(0, 63))).toBe('SIGNATURE_LENGTH')
  expect(signatureProblem(Uint8Array.of(...honest, 0))).toBe('SIGNATURE_LENGTH')
})
