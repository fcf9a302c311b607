import type { Figure } from '../figure.ts'
import { timeToOutput } from '../program-start.ts'
import { compare, interleave } from '../rounds.ts'
import { median } from '../timing.ts'

const MORE_ROUNDS = 2

export const start: Figure = {
  name: 'start',
  title: 'Import of the adapter; process start to first result',
  against: 'an empty Node; an isolated-vm script',
  must: '≤ 30 ms; ≤ 2.5×',
  aim: '≤ 15 ms; ≤ 1.5×',
  async measure({ count }) {
    const numbers = await interleave(count * MORE_ROUNDS, {
      empty: () => timeToOutput('empty', 'ready'),
      imported: () => timeToOutput('import-adapter', 'ready'),
      ours: () => timeToOutput('first-result', '4'),
      peer: () => timeToOutput('first-result-isolated-vm', '4', ['--no-node-snapshot']),
    })
    const cost = numbers.imported.map((ms, round) => ms - (numbers.empty[round] as number))
    return [
      {
        what: 'import of the adapter, beyond an empty Node',
        against: `an empty Node, ${median(numbers.empty).toFixed(0)} ms`,
        unit: 'ms',
        better: 'less',
        ours: median(cost),
        held: median(cost),
        must: 30,
        aim: 15,
      },
      compare(numbers.ours, numbers.peer, {
        what: 'process start to first result',
        against: 'isolated-vm script',
        unit: 'ms',
        better: 'less',
        must: 2.5,
        aim: 1.5,
      }),
    ]
  },
}
