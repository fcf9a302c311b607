import { createHash } from 'node:crypto'
import type { FallBack, Rule } from './migration-file.js'
import type { FallBackEvent, Mode, Recording } from './recording.js'

/** Whether a share of all keys has this one in it: always the same ones, and others at another site. */
export function isChosen(site: string, key: string | undefined, percentage: number): boolean {
  if (key === undefined) return Math.random() * 100 < percentage
  const hash = createHash('sha256').update(`${site}\0${key}`).digest()
  return (hash.readUInt32BE(0) / 2 ** 32) * 100 < percentage
}

interface Run {
  isNew: boolean
  failed: boolean
  /** `undefined`: nothing was compared. */
  different: boolean | undefined
}

/** How the last runs of one call site under one rule went, in this process, and to which mode they have led. */
export class Rollout {
  mode: Mode
  #runs: Run[] = []
  #next = 0

  constructor(
    readonly rule: Rule,
    readonly site: string,
  ) {
    this.mode = rule.mode
  }

  /** Counts a run. Gives the event where that was one too many. */
  note({ mode, first, second, differences, tenant, at }: Recording): FallBackEvent | undefined {
    const { fallBack } = this.rule
    // What a mode before this one has left says nothing about it.
    if (fallBack === undefined || (this.mode !== 'canary' && this.mode !== 'new')) return undefined
    const different = second === undefined && differences.length === 0 ? undefined : differences.some(({ kind }) => kind !== 'timing')
    this.#runs[this.#next++ % fallBack.over] = { isNew: mode !== 'shadow', failed: !first.ok, different }
    const why = this.#reason(fallBack)
    if (why === undefined) return undefined
    const from = this.mode
    this.mode = before(from, this.rule)
    this.#runs = []
    this.#next = 0
    const { site } = this
    const named = this.rule.tenant === undefined || tenant === undefined ? {} : { tenant }
    return { v: 1, at, event: 'fall-back', site, ...named, from, to: this.mode, ...why }
  }

  #reason(fallBack: FallBack): Pick<FallBackEvent, 'cause' | 'rate' | 'threshold' | 'runs'> | undefined {
    const { differences, failures, after } = fallBack
    const rates = [
      { cause: 'differences' as const, threshold: differences, ...this.#differences() },
      { cause: 'failures' as const, threshold: failures, ...this.#failures() },
    ]
    for (const { cause, threshold, rate, runs } of rates) {
      if (threshold !== undefined && runs >= after && rate > threshold) return { cause, rate, threshold, runs }
    }
    return undefined
  }

  #differences(): { rate: number; runs: number } {
    const compared = this.#runs.filter(({ different }) => different !== undefined)
    return { rate: shareOf(compared, ({ different }) => different === true), runs: compared.length }
  }

  /** Guests throw on purpose too: what they throw on vm2 is no failure of the new engine. */
  #failures(): { rate: number; runs: number } {
    const there = this.#runs.filter(({ isNew }) => isNew)
    const old = this.#runs.filter(({ isNew }) => !isNew)
    const failed = ({ failed }: Run): boolean => failed
    return { rate: Math.max(0, shareOf(there, failed) - shareOf(old, failed)), runs: there.length }
  }
}

const shareOf = (runs: readonly Run[], is: (run: Run) => boolean): number => (runs.length === 0 ? 0 : runs.filter(is).length / runs.length)

/** `new` was a canary before, where the rule says how much of one. */
function before(mode: Mode, rule: Rule): Mode {
  return mode === 'new' && rule.percentage < 100 ? 'canary' : 'shadow'
}

const rollouts = new Map<string, Rollout>()
/** Sites that are kept at a time. */
const MAX_ROLLOUTS = 10_000

/** The state of a site under a rule. A rule whose text has changed begins anew. */
export function rolloutOf(rule: Rule, file: string, site: string): Rollout {
  const key = JSON.stringify([file, rule.text, site])
  let found = rollouts.get(key)
  if (found === undefined) {
    const [oldest] = rollouts.keys()
    if (rollouts.size >= MAX_ROLLOUTS && oldest !== undefined) rollouts.delete(oldest)
    found = new Rollout(rule, site)
    rollouts.set(key, found)
  }
  return found
}
