const GOLDEN = 0x9e3779b97f4a7c15n
/** What one call of `crypto.getRandomValues` may ask for. */
const MAX_RANDOM = 65_536

/** What makes runs reproducible. */
export interface Fixed {
  /** The guest's clock stands still at this time, in milliseconds since the epoch, and its time zone is UTC. */
  clock?: number
  /** Where each cell's `Math.random` begins. */
  seed?: number
}

/** The clock in nanoseconds. */
export function hostClock({ clock }: Fixed): () => bigint {
  if (clock === undefined) return () => BigInt(Date.now()) * 1_000_000n
  const at = BigInt(Math.trunc(clock)) * 1_000_000n
  return () => at
}

/** The host's time zone, in seconds east of UTC at a time in seconds. */
export function timezone({ clock }: Fixed): (seconds: number) => number {
  if (clock !== undefined) return () => 0
  return (seconds) => -new Date(seconds * 1_000).getTimezoneOffset() * 60
}

/** 64 bits for one cell's generator, never all zero: it would give nothing but zeros. */
export function nextSeed({ seed }: Fixed): bigint {
  const bits = seed === undefined ? (crypto.getRandomValues(new BigUint64Array(1))[0] as bigint) : mix(seed)
  return bits === 0n ? 1n : bits
}

/** Spreads a seed over 64 bits (splitmix64), so that neighbouring seeds begin differently. */
function mix(seed: number): bigint {
  return scramble(BigInt.asUintN(64, BigInt(seed)) + GOLDEN)
}

function scramble(state: bigint): bigint {
  let z = BigInt.asUintN(64, state)
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
  return z ^ (z >> 31n)
}

/** Answers for the guest's `crypto` from the seed; `undefined` for what is no request for randomness. */
export function seededCrypto({ seed }: Fixed): ((name: string, text: string) => string | undefined) | undefined {
  if (seed === undefined) return undefined
  let last = scramble(mix(seed))
  const bytes = (count: number): Uint8Array => {
    const words = new BigUint64Array(Math.ceil(count / 8))
    for (let i = 0; i < words.length; i++) words[i] = last = scramble(last + GOLDEN)
    return new Uint8Array(words.buffer, 0, count)
  }
  return (name, text) => {
    if (name === 'random') return base64(bytes(Math.min(MAX_RANDOM, Number(text))))
    if (name !== 'uuid') return undefined
    const drawn = bytes(16)
    drawn[6] = ((drawn[6] as number) & 0x0f) | 0x40
    drawn[8] = ((drawn[8] as number) & 0x3f) | 0x80
    const hex = Array.from(drawn, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }
}

/** Pages have no Buffer. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
