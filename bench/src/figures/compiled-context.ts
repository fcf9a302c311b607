import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'
import { median } from '../timing.ts'

const PEER_AT_ONCE = [1, 2, 4, 8]

export const compiledContext: Figure = {
  name: 'compiled-context',
  title: "Compiled program with `freshness: 'context'`, runs per second",
  against: 'isolated-vm, a compiled script in a new context per run, async',
  must: '1×',
  aim: '2×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel')
    await using peer = new Contender('isolated-vm', ['--no-node-snapshot'])
    const numbers = await interleave(count, {
      ours: () => ours.measure('contextsPerSecond', spanMs, 16),
      ...Object.fromEntries(PEER_AT_ONCE.map((n) => [`peer${n}`, () => peer.measure('contextsPerSecond', spanMs / 2, n)])),
    } as Record<string, () => Promise<number>>)
    const at = (n: number) => numbers[`peer${n}`] as number[]
    const best = PEER_AT_ONCE.reduce((best, n) => (median(at(n)) > median(at(best)) ? n : best))
    const row = { unit: 'runs/s', better: 'more', must: 1, aim: 2 } as const
    return [
      compare(numbers.ours as number[], at(1), { ...row, against: 'isolated-vm, sequential' }),
      compare(numbers.ours as number[], at(best), { ...row, against: `isolated-vm, ${best} at once (its best)` }),
    ]
  },
}
