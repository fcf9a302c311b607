import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

/** Between two runs of an idle pool: time to make the next warm cell, as in a service that is not busy. */
const IDLE_MS = 5

export const freshLatency: Figure = {
  name: 'fresh-latency',
  title: 'Latency of a fresh run, idle pool, p50',
  against: 'isolated-vm directly, sequential',
  must: '≤ 0.4×',
  aim: '≤ 0.25×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel')
    await using peer = new Contender('isolated-vm', ['--no-node-snapshot'])
    const numbers = await interleave(count, {
      ours: () => ours.measure('freshLatency', spanMs, IDLE_MS),
      oursBusy: () => ours.measure('freshLatency', spanMs, 0),
      peer: () => peer.measure('freshLatency', spanMs, 0),
      peerIdle: () => peer.measure('freshLatency', spanMs, IDLE_MS),
    })
    const row = { unit: 'ms', better: 'less' } as const
    const idle = `${IDLE_MS} ms between runs`
    return [
      compare(numbers.ours, numbers.peer, { ...row, what: idle, against: 'isolated-vm, one after another', must: 0.4, aim: 0.25 }),
      compare(numbers.ours, numbers.peerIdle, { ...row, what: idle, against: `isolated-vm, ${idle} too` }),
      compare(numbers.oursBusy, numbers.peer, { ...row, what: 'one after another', against: 'isolated-vm, one after another' }),
    ]
  },
}
