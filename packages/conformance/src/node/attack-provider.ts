import type { Capabilities, ExecutorOptions, Placement } from '@beddel/core'
import type { Attack, Family } from '../attacks/attack.js'
import { attackById, ATTACKS } from '../attacks/index.js'
import { TIMEOUT_MS } from '../harness/context.js'
import type { ProviderModule } from './job.js'
import type { Loss } from '../harness/evidence.js'
import { lossVerdict, type Verdict } from '../harness/judge.js'
import { type Patience, supervise, type Told } from './supervise.js'
import { type Standing, standingOf } from '../harness/standing.js'

export interface AttackOptions {
  /** Options of every executor that is attacked: the placement, and what the engine itself needs. They cross as JSON. */
  options?: ExecutorOptions & Record<string, unknown>
  /** The attacks to perform, by id or by family; all of them by default. */
  only?: readonly string[]
  /** Host processes at the same time. Default 2. */
  concurrency?: number
  /** Called with each result as it comes. */
  onResult?(result: AttackResult): void
}

export interface AttackResult extends Verdict {
  family: Family
  title: string
  standing: Standing
  /** The reason in one sentence; absent where the attack was held or refused. */
  why?: string
}

/** What came of the attacks, as data: it can be written as JSON. */
export interface AttackReport {
  provider: ProviderModule
  options: Record<string, unknown>
  capabilities: Capabilities
  placement: Placement
  node: string
  counts: Record<Standing, number>
  /** Figures over all attacks: the longest stall of the host's event loop, the latest settlement after a deadline, … */
  worst: { stallMs: number; latestMs: number; memoryGrowthBytes: number }
  results: AttackResult[]
}

/** For hosts that must not be lost: whatever is seen of a stall, it is seen by the oracles. */
const PATIENCE: Patience = { silenceMs: () => 15_000, totalMs: 40_000, maxResidentBytes: 1024 ** 3, maxHeapMiB: 256 }
/** For hosts that may be lost: longer than a guest may keep them by its own time. */
const SHORT_PATIENCE: Patience = { ...PATIENCE, silenceMs: (id) => timeOf(attackById(id)) + 1_500, totalMs: 25_000 }
/** For the control, which has no limits at all: past every time that an attack states, with the grace. */
const CONTROL_PATIENCE: Patience = {
  silenceMs: (id) => {
    const { oracle } = attackById(id)
    return oracle === 'stall' ? 1_000 : oracle === 'host-memory' ? 20_000 : 8_000
  },
  totalMs: 20_000,
  maxResidentBytes: 640 * 1024 ** 2,
  maxHeapMiB: 256,
}
/** For the control where the memory is the aim: the less there is of it, the sooner it is gone. */
const SMALL_CONTROL_PATIENCE: Patience = { ...CONTROL_PATIENCE, maxResidentBytes: 384 * 1024 ** 2, maxHeapMiB: 96 }

function timeOf({ request }: Attack): number {
  return (typeof request === 'object' ? request.limits?.timeoutMs : undefined) ?? TIMEOUT_MS
}

/**
 * Performs attacks against a provider, in disposable host processes, and says what of it its capabilities allow.
 *
 * @throws {UnusableProvider} where no host can load the provider or make an executor of it.
 */
export async function attackProvider(provider: ProviderModule, options: AttackOptions = {}): Promise<AttackReport> {
  const attacks = chosen(options.only)
  let capabilities: Capabilities | undefined
  const results: AttackResult[] = []
  const counts: Record<Standing, number> = { held: 0, declared: 0, refused: 0, breached: 0, fault: 0 }
  const worst = { stallMs: 0, latestMs: 0, memoryGrowthBytes: 0 }
  const onVerdict = (verdict: Verdict): void => {
    const result = resultOf(verdict, capabilities as Capabilities)
    results.push(result)
    counts[result.standing]++
    if (verdict.figures !== undefined) {
      for (const name of Object.keys(worst) as (keyof typeof worst)[]) worst[name] = Math.max(worst[name], verdict.figures[name])
    }
    options.onResult?.(result)
  }
  const told = toldOf(onVerdict, (said) => (capabilities ??= said))
  const job = { provider, options: options.options ?? {}, kind: 'attacks' as const }
  const patience = (): Patience => (capabilities?.survivesGuest === false ? SHORT_PATIENCE : PATIENCE)
  await inLanes(attacks, options.concurrency ?? 2, (ids) =>
    supervise({ ...job, cases: ids }, { ...PATIENCE, silenceMs: (id) => patience().silenceMs(id) }, told),
  )
  if (capabilities === undefined) throw new Error('No attack was asked for.')
  const { placement } = capabilities as Capabilities
  return { provider, options: job.options, capabilities, placement, node: process.version, counts, worst, results: ordered(results) }
}

function resultOf(verdict: Verdict, capabilities: Capabilities): AttackResult {
  const { family, title } = attackById(verdict.id)
  const { standing, against } = standingOf(verdict, capabilities)
  const breach = against[0] ?? (standing === 'declared' ? verdict.breaches[0] : undefined)
  const why = verdict.fault ?? verdict.undeclared?.granted ?? (breach && `${breach.oracle}: ${breach.what}`)
  return { ...verdict, family, title, standing, ...(why !== undefined && { why }) }
}

/** What the attacks do to the deliberately leaky provider: each must succeed, or it proves nothing. */
export async function positiveControl(options: Omit<AttackOptions, 'options'> & { provider?: ProviderModule } = {}): Promise<Verdict[]> {
  const provider = options.provider ?? { module: new URL('./leaky.js', import.meta.url).href, export: 'leakyProvider' }
  const job = { provider, options: {}, kind: 'attacks' as const, control: true }
  const verdicts: Verdict[] = []
  const told = toldOf((verdict) => void verdicts.push(verdict))
  const attacks = chosen(options.only)
  const eats = ({ oracle }: Attack): boolean => oracle === 'host-memory'
  const perform = (some: Attack[], patience: Patience): Promise<void> =>
    inLanes(some, options.concurrency ?? 2, (cases) => supervise({ ...job, cases }, patience, told))
  await perform(attacks.filter(eats), SMALL_CONTROL_PATIENCE)
  await perform(
    attacks.filter((attack) => !eats(attack)),
    CONTROL_PATIENCE,
  )
  return ordered(verdicts)
}

function toldOf(onVerdict: (verdict: Verdict) => void, onCapabilities: Told['onCapabilities'] = () => {}): Told {
  let made = false
  return {
    onCapabilities: (said) => {
      made = true
      onCapabilities(said)
    },
    made: () => made,
    onEnd: (_id, result) => onVerdict(result as Verdict),
    onLost: (id: string, loss: Loss) => onVerdict(lossVerdict(attackById(id), loss)),
    onFault: (id, fault) => onVerdict({ id, succeeded: undefined, breaches: [], endings: [], fault }),
  }
}

function chosen(only: readonly string[] | undefined): Attack[] {
  if (only === undefined) return [...ATTACKS]
  for (const name of only) {
    if (!ATTACKS.some(({ id, family }) => name === id || name === family)) throw new Error(`There is no attack and no family ${name}`)
  }
  return ATTACKS.filter(({ id, family }) => only.includes(id) || only.includes(family))
}

/** Deals the attacks out like cards, so that the slow families are spread. */
async function inLanes(attacks: readonly Attack[], lanes: number, perform: (ids: string[]) => Promise<void>): Promise<void> {
  const dealt = Array.from({ length: Math.max(1, lanes) }, (_, lane) =>
    attacks.filter((_attack, i) => i % lanes === lane).map(({ id }) => id),
  )
  await Promise.all(dealt.filter((ids) => ids.length > 0).map(perform))
}

const places = new Map(ATTACKS.map(({ id }, i) => [id, i]))
const ordered = <T extends { id: string }>(all: T[]): T[] => all.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0))
