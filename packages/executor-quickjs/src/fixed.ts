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
  let z = BigInt.asUintN(64, BigInt(seed) + 0x9e3779b97f4a7c15n)
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
  return z ^ (z >> 31n)
}
