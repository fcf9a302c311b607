import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

export const freshPeers: Figure = {
  name: 'fresh-peers',
  title: 'Fresh run, p50',
  against: 'vm2 (new VM and run); `run` from npm',
  must: '≤ 0.5×; ≤ 0.1×',
  aim: '≤ 0.25×; ≤ 0.05×',
  async measure({ count, spanMs }) {
    await using ours = new Contender('beddel')
    await using vm2 = new Contender('vm2')
    await using run = new Contender('run')
    const numbers = await interleave(count, {
      ours: () => ours.measure('freshLatency', spanMs, 5),
      vm2: () => vm2.measure('freshLatency', spanMs),
      run: () => run.measure('freshLatency', spanMs),
    })
    const row = { unit: 'ms', better: 'less' } as const
    return [
      compare(numbers.ours, numbers.vm2, { ...row, against: 'vm2', must: 0.5, aim: 0.25 }),
      compare(numbers.ours, numbers.run, { ...row, against: '`run`', must: 0.1, aim: 0.05 }),
    ]
  },
}
