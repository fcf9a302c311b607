import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

export const quickjsFresh: Figure = {
  name: 'quickjs-fresh',
  title: 'quickjs, fresh run in process, p50',
  against: 'quickjs-wasi used directly, sharing its compiled module too',
  must: '≤ 1.5×',
  aim: '≤ 1.2×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel-quickjs')
    await using peer = new Contender('quickjs-wasi')
    const numbers = await interleave(count, {
      ours: () => ours.measure('freshLatency', spanMs),
      peer: () => peer.measure('freshLatency', spanMs),
    })
    return [compare(numbers.ours, numbers.peer, { against: 'quickjs-wasi', unit: 'ms', better: 'less', must: 1.5, aim: 1.2 })]
  },
}
