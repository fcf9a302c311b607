import { emptyRoot, nodeHash } from './merkle-hash.js'

const HEX = 64

/**
 * The right edge of an RFC 6962 tree: the roots of the whole subtrees that its leaves fall into, the largest first. It is
 * all that is needed to add leaves and to know the root; its size is the number of ones in the number of leaves.
 */
export class Frontier {
  readonly #roots: string[]
  #size: number

  constructor(size = 0, roots: readonly string[] = []) {
    this.#size = size
    this.#roots = [...roots]
  }

  /** From what {@link text} gave. Throws where text and size do not belong together. */
  static parse(size: number, text: string): Frontier {
    if (!/^([0-9a-f]{64})*$/.test(text) || text.length !== ones(size) * HEX) throw new RangeError(`no frontier of ${size} leaves`)
    const roots: string[] = []
    for (let at = 0; at < text.length; at += HEX) roots.push(text.slice(at, at + HEX))
    return new Frontier(size, roots)
  }

  get size(): number {
    return this.#size
  }

  add(leaf: string): void {
    let node = leaf
    for (let n = this.#size; n % 2 === 1; n = (n - 1) / 2) node = nodeHash(this.#roots.pop() as string, node)
    this.#roots.push(node)
    this.#size++
  }

  /** Hex. */
  root(): string {
    let node: string | undefined
    for (const left of this.#roots.toReversed()) node = node === undefined ? left : nodeHash(left, node)
    return node ?? emptyRoot()
  }

  copy(): Frontier {
    return new Frontier(this.#size, this.#roots)
  }

  /** The roots in hex, one after another. */
  text(): string {
    return this.#roots.join('')
  }

  /** The root of the leaves from `from` to `to`, where those are one of the subtrees. */
  subtree(from: number, to: number): string | undefined {
    let start = 0
    let left = this.#size
    for (const root of this.#roots) {
      const width = largestPower(left)
      if (start === from && start + width === to) return root
      start += width
      left -= width
    }
    return undefined
  }
}

/** The largest power of two that is not above `n`. */
function largestPower(n: number): number {
  let power = 1
  while (power * 2 <= n) power *= 2
  return power
}

function ones(n: number): number {
  let count = 0
  for (let left = n; left > 0; left = Math.floor(left / 2)) count += left % 2
  return count
}
