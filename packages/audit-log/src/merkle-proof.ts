import { nodeHash } from './merkle-hash.js'

/** Gives the root of the subtree over the leaves `from` to `to` (without it), hex. */
export type SubtreeRoot = (from: number, to: number) => Promise<string>

/** RFC 6962, 2.1.1: the audit path of the leaf at `index` in the tree of `size` leaves. */
export function inclusionPath(index: number, size: number, root: SubtreeRoot): Promise<string[]> {
  const path = async (at: number, from: number, to: number): Promise<string[]> => {
    if (to - from === 1) return []
    const middle = from + split(to - from)
    return at < middle
      ? [...(await path(at, from, middle)), await root(middle, to)]
      : [...(await path(at, middle, to)), await root(from, middle)]
  }
  return path(index, 0, size)
}

/** RFC 6962, 2.1.2: what shows that the tree of `first` leaves is the beginning of that of `second`. */
export function consistencyPath(first: number, second: number, root: SubtreeRoot): Promise<string[]> {
  const path = async (from: number, to: number, whole: boolean): Promise<string[]> => {
    if (to === first) return whole ? [] : [await root(from, to)]
    const middle = from + split(to - from)
    return first <= middle
      ? [...(await path(from, middle, whole)), await root(middle, to)]
      : [...(await path(middle, to, false)), await root(from, middle)]
  }
  return first === 0 || first === second ? Promise.resolve([]) : path(0, second, true)
}

/** RFC 9162, 2.1.3.2. */
export function inclusionHolds(leaf: string, index: number, size: number, path: readonly string[], root: string): boolean {
  if (!(index >= 0 && index < size)) return false
  let at = index
  let last = size - 1
  let node = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else node = nodeHash(node, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && node === root
}

/** RFC 9162, 2.1.4.2. */
export function consistencyHolds(
  first: { size: number; root: string },
  second: { size: number; root: string },
  path: readonly string[],
): boolean {
  if (first.size > second.size) return false
  if (first.size === second.size) return path.length === 0 && first.root === second.root
  if (first.size === 0) return path.length === 0
  const isPower = split(first.size) * 2 === first.size || first.size === 1
  const [start, ...rest] = isPower ? [first.root, ...path] : path
  if (start === undefined || (isPower && path.length === 0)) return false
  let at = first.size - 1
  let last = second.size - 1
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let before = start
  let after = start
  for (const sibling of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      before = nodeHash(sibling, before)
      after = nodeHash(sibling, after)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else after = nodeHash(after, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && before === first.root && after === second.root
}

/** The largest power of two below `n`. */
export function split(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

const half = (n: number): number => Math.floor(n / 2)
