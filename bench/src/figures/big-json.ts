import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

export const bigJson: Figure = {
  name: 'big-json',
  title: '1 MB JSON in and out, p50',
  against: 'isolated-vm with `copy: true`, in process',
  must: '≤ 2×',
  aim: '≤ 1.3×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel')
    await using peer = new Contender('isolated-vm', ['--no-node-snapshot'])
    const numbers = await interleave(count, {
      call: () => ours.measure('bigLatency', spanMs * 2),
      run: () => ours.measure('bigRunLatency', spanMs * 2),
      peer: () => peer.measure('bigLatency', spanMs * 2),
    })
    const row = { against: 'isolated-vm apply, copy: true', unit: 'ms', better: 'less' } as const
    return [
      compare(numbers.call, numbers.peer, { ...row, what: 'session call', must: 2, aim: 1.3 }),
      compare(numbers.run, numbers.peer, { ...row, what: 'fresh run with input', must: 2, aim: 1.3 }),
    ]
  },
}
