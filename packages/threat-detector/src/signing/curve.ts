import { littleEndian } from './bytes.js'

// As much of edwards25519 (RFC 8032, 5.1) as it takes to judge a public key. Nothing here is secret, so nothing has to
// take constant time.

/** The field. */
export const P = 2n ** 255n - 19n
/** The order of the group of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
const SQRT_MINUS_1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752n

/** In extended coordinates: x = X/Z, y = Y/Z, T = X·Y/Z. */
export interface Point {
  X: bigint
  Y: bigint
  Z: bigint
  T: bigint
}

const NEUTRAL: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n }

const mod = (n: bigint): bigint => {
  const rest = n % P
  return rest < 0n ? rest + P : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}

/** The y coordinate and the sign of x, as they are written; y may be too large to be canonical. */
export function coordinates(encoded: Uint8Array): { y: bigint; negative: boolean } {
  const all = littleEndian(encoded)
  return { y: all & (2n ** 255n - 1n), negative: all >> 255n === 1n }
}

/** The point, or `undefined` where there is none with this y, or none that is written like this. */
export function decodePoint(encoded: Uint8Array): Point | undefined {
  const { y, negative } = coordinates(encoded)
  if (y >= P) return undefined
  const u = mod(y * y - 1n)
  const v = mod(D * y * y + 1n)
  let x = mod(u * v ** 3n * power(mod(u * v ** 7n), (P - 5n) / 8n))
  const square = mod(v * x * x)
  if (square !== u) {
    if (square !== mod(-u)) return undefined
    x = mod(x * SQRT_MINUS_1)
  }
  if (x === 0n && negative) return undefined
  if (((x & 1n) === 1n) !== negative) x = mod(-x)
  return { X: x, Y: y, Z: 1n, T: mod(x * y) }
}

/** Complete: it holds for any two points, equal ones too. */
export function add(a: Point, b: Point): Point {
  const A = mod((a.Y - a.X) * (b.Y - b.X))
  const B = mod((a.Y + a.X) * (b.Y + b.X))
  const C = mod(2n * D * a.T * b.T)
  const Z = mod(2n * a.Z * b.Z)
  const E = B - A
  const F = Z - C
  const G = Z + C
  const H = B + A
  return { X: mod(E * F), Y: mod(G * H), Z: mod(F * G), T: mod(E * H) }
}

export function multiply(point: Point, times: bigint): Point {
  let sum = NEUTRAL
  let doubled = point
  for (let left = times; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, doubled)
    doubled = add(doubled, doubled)
  }
  return sum
}

export const isNeutral = ({ X, Y, Z }: Point): boolean => X === 0n && Y === Z
