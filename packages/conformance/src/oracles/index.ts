import { SandboxError } from '@beddel/core'
import type { Attack } from '../attacks/attack.js'
import { show } from '../compare/show.js'
import type { Evidence, RunRecord } from '../harness/evidence.js'
import type { Oracle, OracleName } from './oracle.js'
import { firstWith, visibleIn } from './visible.js'

/** How much later than its deadline a run may settle. */
export const GRACE_MS = 250
/** How long the host's event loop may stand still. */
export const STALL_MS = 100
/** How far the host's resident memory may rise: some of the greatest results, decoded, and garbage. */
export const GROWTH_BYTES = 128 * 1024 * 1024

const last = (runs: readonly RunRecord[]): RunRecord | undefined => runs[runs.length - 1]

/** The ending of the last run against what the attack expects of it. */
function wrongEnding({ runs }: Evidence, { expects }: Attack): string | undefined {
  if (expects === undefined) return undefined
  const run = last(runs)
  if (run === undefined) return undefined
  if (run.unsettled) return 'the run did not settle'
  if (run.outcome === undefined) {
    const { refusal } = run
    return `the call threw ${SandboxError.isInstance(refusal) ? refusal.code : ''} ${show(refusal)}`
  }
  return expects(run.outcome)
}

export const ORACLES: Record<OracleName, Oracle> = {
  'canary-file': {
    guards: 'reach',
    finds: ({ fileWritten, runs }, { secrets }) => {
      if (fileWritten) return 'the guest made a file'
      return firstWith(visibleIn(runs).texts, secrets.file) && 'the guest read a file'
    },
  },
  'env-secret': {
    guards: 'reach',
    finds: ({ runs }, { secrets }) => firstWith(visibleIn(runs).texts, secrets.env) && 'the guest read the environment',
  },
  'host-secret': {
    guards: 'reach',
    finds: ({ runs }, { secrets }) => firstWith(visibleIn(runs).texts, secrets.host) && "the guest saw a secret of the host's",
  },
  'host-state': { guards: 'reach', finds: ({ globalChanges }) => globalChanges[0] },
  'host-prototype': { guards: 'reach', finds: ({ intrinsicChanges }) => intrinsicChanges[0] },
  'host-pid': {
    guards: 'reach',
    finds: ({ runs }) => {
      const { pids } = visibleIn(runs)
      return pids.length === 0 ? undefined : `the guest knows a process id: ${pids[0]}`
    },
  },
  'host-path': {
    guards: 'reach',
    finds: ({ runs }, { hostPaths }) => {
      const path = firstWith(visibleIn(runs).texts, hostPaths)
      return path && `the guest saw a path of the host's: …${path}…`
    },
  },
  tripwire: { guards: 'reach', finds: ({ trips }) => trips[0] },
  'cross-run': {
    guards: 'reach',
    finds: ({ runs }, { bait }) =>
      firstWith(visibleIn(runs, 'victims').texts, bait.marker) && "the attacker's word turned up in another run",
  },
  orphan: { guards: 'life', finds: ({ leftovers }) => leftovers[0] },
  classification: { guards: 'answer', finds: (evidence, _scene, attack) => wrongEnding(evidence, attack) },
  answer: { guards: 'answer', finds: (evidence, _scene, attack) => wrongEnding(evidence, attack) },
  bounds: { guards: 'answer', finds: (evidence, _scene, attack) => wrongEnding(evidence, attack) },
  stall: {
    guards: 'life',
    finds: ({ stallMs }) => (stallMs > STALL_MS ? `the host's event loop stood still for ${Math.round(stallMs)} ms` : undefined),
    losses: ['stalled'],
  },
  'settle-time': {
    guards: 'life',
    finds: ({ runs }) => {
      const late = runs.find((run) => run.unsettled || run.settledMs > run.timeoutMs + GRACE_MS)
      if (late === undefined) return undefined
      return late.unsettled ? 'a run never settled' : `a run settled ${Math.round(late.settledMs - late.timeoutMs)} ms after its deadline`
    },
    losses: ['stalled'],
  },
  'host-memory': {
    guards: 'life',
    finds: ({ memoryGrowthBytes }) =>
      memoryGrowthBytes > GROWTH_BYTES ? `the host's memory rose by ${Math.round(memoryGrowthBytes / 2 ** 20)} MiB` : undefined,
    losses: ['out of memory', 'crashed'],
  },
  'host-crash': {
    guards: 'life',
    finds: ({ hostErrors, aftermath }) =>
      hostErrors.length > 0
        ? `an uncaught error reached the host: ${hostErrors[0]}`
        : aftermath && `the executor was of no use afterwards: ${aftermath}`,
    losses: ['crashed'],
  },
}
