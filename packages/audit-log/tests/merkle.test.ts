import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Frontier } from '../src/frontier.js'
import { emptyRoot, leafHash, nodeHash } from '../src/merkle-hash.js'
import { consistencyHolds, consistencyPath, inclusionHolds, inclusionPath } from '../src/merkle-proof.js'

/** The published vectors of Certificate Transparency: eight leaves, the roots of their trees, and proofs. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const INCLUSION: [leaf: number, size: number, path: string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]
const CONSISTENCY: [first: number, second: number, path: string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]

const hashes = LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')))
const frontierOf = (leaves: readonly string[]): Frontier => {
  const tree = new Frontier()
  for (const leaf of leaves) tree.add(leaf)
  return tree
}
const subtrees = (leaves: readonly string[]) => async (from: number, to: number) => frontierOf(leaves.slice(from, to)).root()

describe('the published vectors', () => {
  test('roots', () => {
    expect(new Frontier().root()).toEqual(emptyRoot())
    expect(emptyRoot()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(ROOTS.map((_, i) => frontierOf(hashes.slice(0, i + 1)).root())).toEqual(ROOTS)
  })
  test.each(INCLUSION)('leaf %i of %i', async (leaf, size, path) => {
    expect(await inclusionPath(leaf, size, subtrees(hashes))).toEqual(path)
    expect(inclusionHolds(hashes[leaf] as string, leaf, size, path, ROOTS[size - 1] as string)).toBe(true)
  })
  test.each(CONSISTENCY)('%i leaves within %i', async (first, second, path) => {
    expect(await consistencyPath(first, second, subtrees(hashes))).toEqual(path)
    const tree = (size: number) => ({ size, root: ROOTS[size - 1] as string })
    expect(consistencyHolds(tree(first), tree(second), path)).toBe(true)
  })
})

/** The definition of RFC 6962, written down as it stands there. */
function mth(leaves: readonly string[]): string {
  if (leaves.length === 0) return emptyRoot()
  if (leaves.length === 1) return leaves[0] as string
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

const many = Array.from({ length: 70 }, (_, i) => leafHash(String(i)))

test('a frontier has the root of the definition, and survives its text', () => {
  for (let size = 0; size <= many.length; size++) {
    const tree = frontierOf(many.slice(0, size))
    expect(tree.root()).toBe(mth(many.slice(0, size)))
    expect(Frontier.parse(size, tree.text()).root()).toEqual(tree.root())
  }
  expect(() => Frontier.parse(3, 'ab'.repeat(32))).toThrow(RangeError)
})

test('every proof of every small tree holds, and no changed one does', async () => {
  const flip = (node: string) => node.slice(0, 14) + (node[14] === '0' ? '1' : '0') + node.slice(15)
  for (let size = 1; size <= 33; size++) {
    const root = mth(many.slice(0, size))
    for (let leaf = 0; leaf < size; leaf++) {
      const path = await inclusionPath(leaf, size, subtrees(many))
      const hash = many[leaf] as string
      expect(inclusionHolds(hash, leaf, size, path, root)).toBe(true)
      expect(inclusionHolds(flip(hash), leaf, size, path, root)).toBe(false)
      expect(inclusionHolds(hash, leaf, size, [...path, root], root)).toBe(false)
      expect(inclusionHolds(hash, leaf, size, path.slice(1), root)).toBe(size === 1)
      for (let i = 0; i < path.length; i++) {
        expect(inclusionHolds(hash, leaf, size, path.with(i, flip(path[i] as string)), root)).toBe(false)
      }
      const before = mth(many.slice(0, leaf))
      const steps = await consistencyPath(leaf, size, subtrees(many))
      expect(consistencyHolds({ size: leaf, root: before }, { size, root }, steps)).toBe(true)
      if (leaf > 0) expect(consistencyHolds({ size: leaf, root: flip(before) }, { size, root }, steps)).toBe(false)
      expect(consistencyHolds({ size: leaf, root: before }, { size, root: flip(root) }, steps)).toBe(leaf === 0)
    }
  }
})

test('no list of hashes is a proof by chance', () => {
  const node = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 1, max: 40 }), fc.array(node, { maxLength: 8 }), node, (index, size, path, leaf) => {
      expect(inclusionHolds(leaf, index, size, path, mth(many.slice(0, size)))).toBe(false)
    }),
    { numRuns: 300, seed: 7 },
  )
})
