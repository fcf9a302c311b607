/** SHA-256 for places without a synchronous one (pages, workers). FIPS 180-4; tested against its vectors. */
export function sha256Hex(text: string): string {
  const message = new TextEncoder().encode(text)
  const length = message.length
  const padded = new Uint8Array((((length + 8) >> 6) + 1) << 6)
  padded.set(message)
  padded[length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000))
  view.setUint32(padded.length - 4, length << 3)

  const { initial, round } = constants()
  const hash = Uint32Array.from(initial)
  const w = new Uint32Array(64)
  for (let offset = 0; offset < padded.length; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(offset + i * 4)
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15] as number
      const b = w[i - 2] as number
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
      w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1
    }
    let a = hash[0] as number
    let b = hash[1] as number
    let c = hash[2] as number
    let d = hash[3] as number
    let e = hash[4] as number
    let f = hash[5] as number
    let g = hash[6] as number
    let h = hash[7] as number
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (round[i] as number) + (w[i] as number)) | 0
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    add(hash, 0, a, b, c, d)
    add(hash, 4, e, f, g, h)
  }
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('')
}

/** Its own numbers, not an array of them: this is done for each 64 bytes of a source. */
function add(hash: Uint32Array, at: number, a: number, b: number, c: number, d: number): void {
  hash[at] = (hash[at] as number) + a
  hash[at + 1] = (hash[at + 1] as number) + b
  hash[at + 2] = (hash[at + 2] as number) + c
  hash[at + 3] = (hash[at + 3] as number) + d
}

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

let made: { initial: number[]; round: number[] } | undefined

/** The fractional parts of the square and cube roots of the first primes, as the standard defines its constants. */
function constants(): { initial: number[]; round: number[] } {
  if (made !== undefined) return made
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n)
  const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 2 ** 32)
  made = { initial: primes.slice(0, 8).map((p) => fraction(Math.sqrt(p))), round: primes.map((p) => fraction(Math.cbrt(p))) }
  return made
}
