import type { Attack } from '../attacks/attack.js'
import { ending } from '../attacks/expectations.js'
import { ORACLES } from '../oracles/index.js'
import { ORACLE_NAMES, type OracleName } from '../oracles/oracle.js'
import type { Evidence, Loss } from './evidence.js'
import type { Scene } from './scene.js'

export interface Breach {
  oracle: OracleName
  what: string
}

/** What is said about one attack in the end. */
export interface Verdict {
  id: string
  /** What the attack's own oracle found; only this counts for the positive control. */
  succeeded: string | undefined
  /** What all oracles found; an engine is held to all of them. */
  breaches: Breach[]
  /** How its runs ended, for the report. */
  endings: string[]
  /** The host was lost. */
  lost?: Loss
  /** The engine does not declare what the attack needs. `granted` says how it failed to refuse it. */
  undeclared?: { need: string; granted: string | undefined }
  /** The harness itself went wrong: nothing is known. */
  fault?: string
  figures?: { stallMs: number; memoryGrowthBytes: number; latestMs: number }
}

export function judge(attack: Attack, evidence: Evidence, scene: Scene): Verdict {
  const breaches: Breach[] = []
  for (const oracle of ORACLE_NAMES) {
    // One ending is not said to be wrong three times.
    if (ORACLES[oracle].guards === 'answer' && oracle !== ownAnswer(attack)) continue
    const what = ORACLES[oracle].finds(evidence, scene, attack)
    if (what !== undefined) breaches.push({ oracle, what })
  }
  return {
    id: attack.id,
    succeeded: breaches.find(({ oracle }) => oracle === attack.oracle)?.what,
    breaches,
    endings: evidence.runs.map((run) =>
      run.outcome === undefined ? (run.unsettled ? 'unsettled' : `threw ${String(run.refusal)}`) : ending(run.outcome),
    ),
    figures: {
      stallMs: evidence.stallMs,
      memoryGrowthBytes: evidence.memoryGrowthBytes,
      latestMs: Math.max(0, ...evidence.runs.map((run) => run.settledMs - run.timeoutMs)),
    },
  }
}

function ownAnswer({ oracle, expects }: Attack): OracleName | undefined {
  if (ORACLES[oracle].guards === 'answer') return oracle
  return expects === undefined ? undefined : 'classification'
}

/** The verdict on an attack that took its host with it. */
export function lossVerdict(attack: Attack, lost: Loss): Verdict {
  const own = ORACLES[attack.oracle].losses?.includes(lost) === true
  const what = `host ${lost}`
  return { id: attack.id, succeeded: own ? what : undefined, breaches: [{ oracle: 'host-crash', what }], endings: [], lost }
}

/** The verdict on an attack that needs what the engine does not declare. */
export function refusalVerdict(attack: Attack, need: string, granted: string | undefined): Verdict {
  return { id: attack.id, succeeded: undefined, breaches: [], endings: [], undeclared: { need, granted } }
}
