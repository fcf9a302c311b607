import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

export const inProcessSync: Figure = {
  name: 'in-process-sync',
  title: 'In-process synchronous session, small JSON in and out, p50',
  against: 'isolated-vm `applySync`',
  must: '≤ 5×',
  aim: '≤ 2×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel-in-process', ['--no-node-snapshot'])
    await using peer = new Contender('isolated-vm', ['--no-node-snapshot'])
    const numbers = await interleave(count, {
      call: () => ours.measure('callSyncLatency', spanMs),
      run: () => ours.measure('runSyncLatency', spanMs),
      peer: () => peer.measure('callSyncLatency', spanMs),
    })
    const row = { against: 'isolated-vm applySync', unit: 'ms', better: 'less', must: 5, aim: 2 } as const
    return [
      compare(numbers.call, numbers.peer, { ...row, what: 'callSync of a function' }),
      compare(numbers.run, numbers.peer, { ...row, what: 'runSync of a source' }),
    ]
  },
}
