import { Contender } from '../contender.ts'
import type { Figure } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'

const OPERATIONS = {
  tinyText: { what: '`run` of the text `2 + 2`, no timeout', must: 2 },
  tiny: { what: '`run` of a VMScript `2 + 2`, no timeout', must: 2 },
  orderText: { what: '`run` of a text with functions over an object of the host, no timeout', must: 2 },
  order: { what: 'the same as a VMScript, no timeout', must: 2 },
  tinyTimed: { what: '`run` of a VMScript `2 + 2`, with a timeout', must: 1 },
  orderTimed: { what: 'a VMScript with functions, with a timeout', must: 1 },
  first: { what: 'new VM and its first run, one after another', must: 1 },
  firstLater: { what: 'new VM and its first run, 5 ms between them', must: 1 },
} as const

/** The drop-in classes on isolated-vm, beside the same classes on vm2, which are vm2's own. */
export const vm2DropIn: Figure = {
  name: 'vm2-drop-in',
  title: 'vm2’s `VM.run` on isolated-vm, p50',
  against: 'vm2',
  must: '≤ 2× without a timeout; ≤ 1× with one, and for a new VM',
  aim: '–',
  async measure({ count, spanMs }) {
    process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
    await using peer = new Contender('drop-in-vm2', ['--no-node-snapshot'])
    await using inProcess = new Contender('drop-in-in-process', ['--no-node-snapshot'])
    await using processes = new Contender('drop-in-process')
    await using engine = new Contender('isolated-vm', ['--no-node-snapshot'])
    const rows = []
    for (const [operation, { what, must }] of Object.entries(OPERATIONS)) {
      const numbers = await interleave(count, {
        peer: () => peer.measure(operation, spanMs),
        inProcess: () => inProcess.measure(operation, spanMs),
        processes: () => processes.measure(operation, spanMs),
      })
      const row = { against: 'vm2', unit: 'ms', better: 'less' } as const
      rows.push(compare(numbers.inProcess, numbers.peer, { ...row, what: `in process: ${what}`, must }))
      rows.push(compare(numbers.processes, numbers.peer, { ...row, what: `child processes: ${what}` }))
    }
    const numbers = await interleave(count, {
      peer: () => peer.measure('tiny', spanMs),
      engine: () => engine.measure('scriptSyncLatency', spanMs),
    })
    const what = 'isolated-vm itself: `runSync` of a script `2 + 2`, with a timeout, beside vm2’s without one'
    rows.push(compare(numbers.engine, numbers.peer, { against: 'vm2', unit: 'ms', better: 'less', what }))
    return rows
  },
}
