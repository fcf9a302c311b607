import { Contender } from '../contender.ts'
import type { Figure, Row } from '../figure.ts'
import { interleave } from '../rounds.ts'
import { median } from '../timing.ts'

const MB = 1e6
const FEW = 2
const MANY = 10

export const memory: Figure = {
  name: 'memory',
  title: 'Resident memory per idle warm cell; per child; host growth over 10 000 runs',
  against: '–',
  must: '1.6 MB; 70 MB; < 10 MB',
  aim: '1.3; 60; < 3',
  async measure({ count, manyRuns }) {
    if (process.platform !== 'linux') throw new Error('Resident memory of children is read from /proc: Linux only')
    const rounds = Math.ceil(count / 2)
    await using ours = new Contender('beddel-memory', ['--expose-gc'])
    const numbers = await interleave(rounds, {
      usual: () => ours.measure('childBytes'),
      few: () => ours.measure('childBytes', FEW),
      many: () => ours.measure('childBytes', MANY),
    })
    // V8 lets a busy process's young generation grow to over 100 MB: held small, what is left is the host's own growth.
    await using held = new Contender('beddel-memory', ['--expose-gc', '--max-semi-space-size=2'])
    const kept = await growth(held, manyRuns)
    const free = await growth(ours, manyRuns)
    const runs = manyRuns.toLocaleString('en')
    const cell = (median(numbers.many) - median(numbers.few)) / (MANY - FEW)
    const line = (what: string, bytes: number, must?: number, aim?: number): Row => {
      const ours = bytes / MB
      return { what, against: '–', unit: 'MB', better: 'less', ours, held: ours, must, aim }
    }
    return [
      line(`an idle warm cell (a child with ${MANY} less one with ${FEW}, / ${MANY - FEW})`, cell, 1.6, 1.3),
      line('an idle child with its usual warm cells', median(numbers.usual), 70, 60),
      line(`the host, grown over ${runs} runs, V8's young generation held at 2 MiB`, kept, 10, 3),
      line(`the host, grown over ${runs} runs, V8's young generation left free`, free),
    ]
  },
}

async function growth(contender: Contender, runs: number): Promise<number> {
  const before = await contender.measure('residentAfter', runs / 5)
  return (await contender.measure('residentAfter', runs)) - before
}
