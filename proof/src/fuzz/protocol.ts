import { fileURLToPath } from 'node:url'
import { nodeEnvironment, timed } from '@beddel/conformance'
import { ERROR_CODES, type Outcome } from '@beddel/core'
import { EngineExecutor } from '@beddel/core/engine'
import { isolatedVmProvider } from '@beddel/executor-isolated-vm'
import { ProcessHost } from '@beddel/process-host'
import fc from 'fast-check'
import type { Target } from './target.ts'

const TIMEOUT_MS = 300
/** Beyond its deadline a run settles within this. */
const GRACE_MS = 250
/** And if the host had no processor all the time, one that has not settled by then never will. */
const GIVE_UP_MS = 20_000
const LOG_BYTES = 2_000
const HOST_CALLS = 20

const STARTED = 34
const CALL = 35
const CALL_SYNC = 36
const LOG = 37
const PARKED = 39
const ENDED = 40

const text = fc.oneof(
  fc.constantFrom(
    '',
    '1j1',
    '1j',
    '1t[["u"]]',
    '1t[[0],["o","a",1]]',
    '1t[[',
    '1jnull',
    `1j${'['.repeat(500)}`,
    '0',
    'f',
    'log',
    '__proto__',
    '[1,5]',
    '[0,-1]',
    '[1e400,1]',
  ),
  fc.json().map((json) => `1j${json}`),
  fc.string({ maxLength: 20 }),
)
const head = fc.oneof(
  fc
    .record(
      {
        kind: fc.constantFrom('value', 'thrown', 'fault', 'forged', '__proto__'),
        figures: fc.oneof(
          fc.constant({}),
          fc.object({ maxDepth: 1 }),
          fc.constant({ memoryBytes: -1, cpuMs: 'x', logBytes: NaN, logsDropped: 1e300 }),
        ),
        error: fc.oneof(fc.constant('{"name":"Error","message":"x"}'), fc.json(), fc.constant({})),
        code: fc.constantFrom('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN', 'FORGED', '', 7),
        message: fc.string(),
        phase: fc.constantFrom('run', 'admit', 'forged'),
        started: fc.constantFrom(true, false, 'yes'),
        notes: fc.constantFrom(['a'], 'a', [1]),
        details: fc.object({ maxDepth: 1 }),
      },
      { requiredKeys: ['kind', 'figures'] },
    )
    .map((value) => JSON.stringify(value)),
  fc.json(),
)
const ended = fc.tuple(head, text).map((parts) => [ENDED, parts] as const)
const honest = fc.constant([ENDED, [JSON.stringify({ kind: 'value', figures: {} }), '1j1']] as const)
const message = fc.oneof(
  ended,
  honest,
  fc.constant([STARTED, []] as const),
  text.map((part) => [PARKED, [part]] as const),
  fc.tuple(text, text, text).map((parts) => [CALL, parts] as const),
  fc.tuple(text, text).map((parts) => [CALL_SYNC, parts] as const),
  fc.tuple(text, text, fc.constantFrom('0', '1')).map((parts) => [LOG, parts] as const),
  fc.tuple(fc.nat(255), fc.array(text, { maxLength: 10 })),
)

const deed = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(message, fc.constantFrom(0, 0, 0, 0, 1, -1, 7)).map(([[type, parts], delta]) => ['frame', type, delta, parts]),
  },
  fc.tuple(message, fc.nat(40)).map(([[type, parts], bytes]) => ['half', type, parts, bytes]),
  fc.tuple(message, fc.integer({ min: 2, max: 3_000 })).map(([[type, parts], times]) => ['flood', type, parts, times]),
  fc.base64String({ maxLength: 60 }).map((base64) => ['raw', base64]),
  fc.constantFrom(0, 1, 4, 5, 65_537, 2 ** 31, 2 ** 32 - 1).map((length) => ['length', length]),
  fc.nat(200_000).map((length) => ['stderr', length]),
  fc.nat(30).map((ms) => ['sleep', ms]),
  fc.constantFrom(0, 1, 134).map((code) => ['exit', code]),
  fc.constantFrom('SIGKILL', 'SIGSEGV', 'SIGSTOP').map((name) => ['signal', name]),
  fc.constant(['close']),
)

/** Frames that an honest child may send: by their order, number and size it lies. */
const plausible = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('log', 'info', 'error'), fc.string({ maxLength: 900 }))
      .map(([level, line]) => [LOG, [level, line, '0']] as const),
  },
  { weight: 3, arbitrary: fc.nat(40).map((call) => [CALL, [String(call), 'f', '1j[]']] as const) },
  fc.constant([CALL_SYNC, ['f', '1j[]']] as const),
  fc.constantFrom('', '0', '7.5', '50').map((wakeMs) => [PARKED, [wakeMs]] as const),
  text.map((value) => [ENDED, [JSON.stringify({ kind: 'value', figures: {} }), value]] as const),
)
const plausibleDeed = fc.oneof(
  { weight: 3, arbitrary: plausible.map(([type, parts]) => ['frame', type, 0, parts]) },
  fc.tuple(plausible, fc.integer({ min: 2, max: 2_000 })).map(([[type, parts], times]) => ['flood', type, parts, times]),
)
const started = [['frame', STARTED, 0, []]]
const deeds = fc.oneof(
  fc.array(deed, { maxLength: 8 }),
  fc.array(plausibleDeed, { minLength: 1, maxLength: 6 }).map((all) => [...started, ...all]),
  fc
    .tuple(fc.array(plausibleDeed, { maxLength: 4 }), fc.array(deed, { maxLength: 3 }))
    .map(([first, then]) => [...started, ...first, ...then]),
)

/** What an outcome must be, whatever the child has said. */
function wrongOutcome(outcome: Outcome): string | undefined {
  const { success, executionId, engine, usage, logs, notes } = outcome
  if (typeof success !== 'boolean' || typeof executionId !== 'string' || engine !== 'fuzzed') return 'the outcome is no outcome'
  if (!success && !Object.hasOwn(ERROR_CODES, outcome.error.code)) return `the code ${outcome.error.code} is forged`
  if (!logs.every((entry) => typeof entry.text === 'string') || !notes.every((note) => typeof note === 'string'))
    return 'logs or notes are no text'
  const said = logs.reduce((sum, entry) => sum + entry.text.length + 1, 0)
  if (said > LOG_BYTES + 1) return `${said} units of logs came out, the limit is ${LOG_BYTES}`
  for (const figure of Object.values(usage)) if (!(Number.isFinite(figure) && figure >= 0)) return `a figure is ${String(figure)}`
  return undefined
}

/** A taken-over child lies, floods, half-writes, replies twice, replies for others, and dies. */
export const hostileChild: Target = {
  name: 'protocol',
  says: 'every run of a hostile child settles in time with an outcome that the spec knows, and disturbs no neighbour',
  open: async () => {
    const host = new ProcessHost({
      engine: 'fuzzed',
      entry: fileURLToPath(new URL('../../../packages/process-host/tests/fixtures/hostile-child.mjs', import.meta.url)),
      flags: [],
      allowAddons: false,
      read: [],
      cells: { memoryBytes: 2 ** 25, codegen: false, wasm: false, web: false, hideHostFrames: false },
      processes: { max: 4 },
    })
    const calls = { count: 0 }
    const executor = new EngineExecutor({
      engine: 'fuzzed',
      capabilities: isolatedVmProvider.capabilities('process'),
      options: { hostFunctions: { f: () => void calls.count++ }, limits: { logBytes: LOG_BYTES, hostCalls: HOST_CALLS } },
      host,
    })
    const loose: unknown[] = []
    const note = (error: unknown): void => void loose.push(error)
    process.on('uncaughtException', note).on('unhandledRejection', note)
    const prototype = Reflect.ownKeys(Object.prototype).length
    let round = 0
    return {
      property: fc.asyncProperty(deeds, async (given) => {
        round++
        calls.count = 0
        const mine = JSON.stringify([
          ['frame', STARTED, 0, []],
          ['frame', ENDED, 0, [JSON.stringify({ kind: 'value', figures: {} }), `1j${round}`]],
        ])
        const neighbour = executor.run(mine, { tenant: 'neighbour', form: 'script', limits: { timeoutMs: 10_000 } })
        const hostile = () => executor.run(JSON.stringify(given), { tenant: 'hostile', form: 'script', limits: { timeoutMs: TIMEOUT_MS } })
        let timer: ReturnType<typeof setTimeout> | undefined
        const giveUp = new Promise<undefined>((resolve) => {
          timer = setTimeout(() => resolve(undefined), GIVE_UP_MS)
        })
        const { outcome, ms } = await timed(() => Promise.race([hostile(), giveUp]), nodeEnvironment)
        clearTimeout(timer)
        if (outcome === undefined) throw new Error('the run never settled')
        if (ms > TIMEOUT_MS + GRACE_MS) throw new Error(`the run settled after ${Math.round(ms)} ms, its time was ${TIMEOUT_MS}`)
        const wrong = wrongOutcome(outcome)
        if (wrong !== undefined) throw new Error(wrong)
        if (calls.count > HOST_CALLS) throw new Error(`${calls.count} host calls came through, the limit is ${HOST_CALLS}`)
        const other = await neighbour
        if (other.result !== round)
          throw new Error(`the neighbour got ${String(other.result)} ${other.error?.code ?? ''} instead of ${round}`)
        if (loose.length > 0) throw new Error(`an error came loose: ${String(loose[0])}`)
        if (Reflect.ownKeys(Object.prototype).length !== prototype) throw new Error('Object.prototype was changed')
      }),
      close: async () => {
        process.off('uncaughtException', note).off('unhandledRejection', note)
        await executor.dispose()
      },
    }
  },
}
