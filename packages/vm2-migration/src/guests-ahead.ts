import type { Executor, LimitsInput, Outcome, Session } from '@beddel/core'
import { GUEST_LINK } from './generated/guest-link.js'
import { API, BRIDGE, type VmConfig } from './shared/protocol.js'

/** For the link's own beginning, for which the engine may have to be started. No code of the guest runs meanwhile. */
export const BEGIN_TIMEOUT_MS = 30_000

/** What a guest is like before any code of its VM has run in it. */
export interface GuestShape {
  tenant: string | undefined
  limits: LimitsInput
  config: VmConfig
}

/** The host's end of a link. */
export interface Host {
  answer(op: string, args: unknown[]): unknown
}

/** A session in which the guest's end of the link waits for its VM. */
export interface OpenedGuest {
  session: Session
  /** How the script that makes the guest's end has ended. */
  outcome: Outcome
  /** Whom the guest asks: nobody, until there is a VM. The session keeps this, and must not keep the VM by it. */
  asks: { host?: WeakRef<Host> }
}

/** One guest that was made ahead, or is to be. */
interface Ahead {
  guest?: OpenedGuest | undefined
  planned: boolean
}

/** Shapes of which a guest is kept ready for one executor; those that were asked for longest ago go first. */
const MAX_SHAPES = 4

const ahead = new WeakMap<Executor, Map<string, Ahead>>()

/**
 * A guest for a VM. In this process one is made ahead, when the event loop has nothing else to do, as soon as a second VM of
 * the same shape was made: to make a guest takes longer than most scripts run. Where children carry the guests the loop would
 * have to wait for them, so there each is made when it is needed.
 */
export function openGuest(executor: Executor, shape: GuestShape): OpenedGuest {
  if (executor.capabilities.placement !== 'in-process') return makeGuest(executor, shape)
  let shapes = ahead.get(executor)
  if (shapes === undefined) ahead.set(executor, (shapes = new Map()))
  const key = JSON.stringify(shape)
  const known = shapes.get(key)
  shapes.delete(key)
  shapes.set(key, known ?? { planned: false })
  if (known === undefined) {
    dropOldest(shapes)
    return makeGuest(executor, shape)
  }
  const { guest } = known
  known.guest = undefined
  plan(executor, shape, known, () => shapes.get(key) === known)
  return guest ?? makeGuest(executor, shape)
}

function plan(executor: Executor, shape: GuestShape, known: Ahead, isWanted: () => boolean): void {
  if (known.planned) return
  known.planned = true
  const immediate = setImmediate(() => {
    known.planned = false
    if (!isWanted() || known.guest !== undefined) return
    try {
      const guest = makeGuest(executor, shape)
      if (guest.outcome.success) known.guest = guest
      else void guest.session.dispose()
    } catch {
      // The executor is gone, or there is no room: the VM that needs it will say so.
    }
  })
  // Nobody waits for it.
  immediate.unref()
}

function dropOldest(shapes: Map<string, Ahead>): void {
  if (shapes.size <= MAX_SHAPES) return
  const [oldest] = shapes
  if (oldest === undefined) return
  shapes.delete(oldest[0])
  void oldest[1].guest?.session.dispose()
}

function makeGuest(executor: Executor, { tenant, limits, config }: GuestShape): OpenedGuest {
  const asks: OpenedGuest['asks'] = {}
  const session = (executor.sessionSync as NonNullable<Executor['sessionSync']>)({
    hostFunctions: { [BRIDGE]: (op: string, ...args: unknown[]) => asks.host?.deref()?.answer(op, args) },
    limits,
    ...(tenant !== undefined && { tenant }),
  })
  const source = `${GUEST_LINK}\n;${API}.begin(${JSON.stringify(config)})`
  const outcome = session.runSync?.(source, {
    form: 'script',
    filename: 'beddel-vm2.js',
    limits: { timeoutMs: BEGIN_TIMEOUT_MS },
  }) as Outcome
  return { session, outcome, asks }
}
