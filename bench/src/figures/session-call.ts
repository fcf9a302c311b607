import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

const AT_ONCE = 16

export const sessionCall: Figure = {
  name: 'session-call',
  title: 'Session call, small JSON in and out, p50 / throughput',
  against: 'isolated-vm `reference.apply`, async, in process',
  must: '≤ 3× / ≥ 0.8×',
  aim: '≤ 1.5× / ≥ 2×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel')
    await using peer = new Contender('isolated-vm', ['--no-node-snapshot'])
    const numbers = await interleave(count, {
      ours: () => ours.measure('callLatency', spanMs),
      peer: () => peer.measure('callLatency', spanMs),
      oursMany: () => ours.measure('callsPerSecond', spanMs, AT_ONCE),
      peerOne: () => peer.measure('callsPerSecond', spanMs, 1),
      peerMany: () => peer.measure('callsPerSecond', spanMs, AT_ONCE),
    })
    const against = 'isolated-vm apply'
    const throughput = { what: `${AT_ONCE} calls under way in one session`, unit: 'calls/s', better: 'more', must: 0.8, aim: 2 } as const
    return [
      compare(numbers.ours, numbers.peer, { what: 'p50', against, unit: 'ms', better: 'less', must: 3, aim: 1.5 }),
      compare(numbers.oursMany, numbers.peerOne, { ...throughput, against: `${against}, one after another` }),
      compare(numbers.oursMany, numbers.peerMany, { ...throughput, against: `${against}, ${AT_ONCE} under way` }),
    ]
  },
}
