import { availableParallelism } from 'node:os'
import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'
import { median } from '../timing.ts'

/** Runs under way at once on our side: enough to keep every child's pipe filled. */
const OURS_AT_ONCE = 16
const PEER_AT_ONCE = [1, 2, 3, 4, 5, 6, 7, 8]
/** The peer in so many processes shows what the machine's other cores give at all: isolates are made of mapped memory, not only of processor time. */
const PROCESSES = Math.min(availableParallelism(), 8)

export const freshThroughput: Figure = {
  name: 'fresh-throughput',
  title: 'Fresh runs per second, all cores, process placement, tiny guest',
  against: 'isolated-vm directly: new isolate, context, run, dispose; async API; sequential / at its best concurrency of 1–8',
  must: '2× / 1.4×',
  aim: '2.5× / 1.7×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel')
    await using bare = new Contender('beddel-executor')
    await using peer = new Contender('isolated-vm', ['--no-node-snapshot'])
    await using peers = new AsyncDisposableStack()
    const all = Array.from({ length: PROCESSES }, () => peers.use(new Contender('isolated-vm', ['--no-node-snapshot'])))
    const numbers = await interleave(count, {
      together: async () => {
        const each = await Promise.all(all.map((one) => one.measure('freshPerSecond', spanMs, 1)))
        return each.reduce((sum, rate) => sum + rate, 0)
      },
      ours: () => ours.measure('freshPerSecond', spanMs * 2, OURS_AT_ONCE),
      bare: () => bare.measure('freshPerSecond', spanMs, OURS_AT_ONCE),
      ...Object.fromEntries(PEER_AT_ONCE.map((n) => [`peer${n}`, () => peer.measure('freshPerSecond', n === 1 ? spanMs : spanMs / 2, n)])),
    } as Record<string, () => Promise<number>>)
    const at = (n: number) => numbers[`peer${n}`] as number[]
    const best = PEER_AT_ONCE.reduce((best, n) => (median(at(n)) > median(at(best)) ? n : best))
    const row = { unit: 'runs/s', better: 'more' } as const
    return [
      compare(numbers.ours as number[], at(1), { ...row, against: 'isolated-vm, sequential', must: 2, aim: 2.5 }),
      compare(numbers.ours as number[], at(best), { ...row, against: `isolated-vm, ${best} at once (its best)`, must: 1.4, aim: 1.7 }),
      compare(numbers.ours as number[], numbers.together as number[], {
        ...row,
        against: `isolated-vm, sequential, in ${PROCESSES} processes at once, all together`,
      }),
      compare(numbers.ours as number[], numbers.bare as number[], { ...row, against: 'our executor without the adapter' }),
    ]
  },
}
