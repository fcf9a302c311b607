import type { Capabilities, Executor, ExecutorOptions } from '@beddel/core'
import type { Attack } from '../attacks/attack.js'
import { code } from '../attacks/expectations.js'
import { lacks, undeclared, wronglyGranted } from '../attacks/needs.js'
import type { KitEnvironment } from './environment.js'
import { judge, refusalVerdict, type Verdict } from './judge.js'
import { perform } from './perform.js'

/** An engine under attack, and where it stands. */
export interface Subject {
  environment: KitEnvironment
  capabilities: Capabilities
  /** An executor with these options that earlier attacks may have used. */
  shared(options: ExecutorOptions): Promise<Executor>
  fresh(options?: ExecutorOptions): Promise<Executor>
  /** Collects garbage, so that an earlier attack's does not count as this one's. */
  collect?(): void
  /** The positive control: no questions are asked of an executor after its attack. */
  control?: boolean
}

/** Performs one attack in this very host, which may be lost to it, and says what came of it. */
export async function attackOne(given: Attack, subject: Subject): Promise<Verdict> {
  const { environment, capabilities, shared, fresh, collect = () => {}, control = false } = subject
  const attack = fitted(given, capabilities)
  const scene = await environment.makeScene()
  try {
    const need = undeclared(attack.needs, capabilities)
    if (need !== undefined) return refusalVerdict(attack, need, await wronglyGranted(need, await shared({}), fresh))
    const evidence = await perform({ environment, attack, scene, shared, fresh, collect, checkAftermath: !control })
    return judge(attack, evidence, scene)
  } finally {
    scene.clear()
  }
}

/** The attack as it must end in an engine that does not have what it uses. */
function fitted(attack: Attack, capabilities: Capabilities): Attack {
  return lacks(attack.code, capabilities) ? { ...attack, expects: code('BEDDEL_GUEST_THROWN') } : attack
}
