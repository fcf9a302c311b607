import {
  type Attack,
  attackById,
  attackOne,
  ATTACKS,
  hostErrors,
  listTests,
  type Standing,
  standingOf,
  type TestResult,
  type Verdict,
} from '@beddel/conformance/kit'
import type { Executor, ExecutorOptions, ExecutorProvider } from '@beddel/core'
import { browserProvider } from '@beddel/executor-browser'
import { quickJsProvider } from '@beddel/executor-quickjs'
import { pageEnvironment as environment } from './environment.ts'

const providers: Record<string, ExecutorProvider> = { browser: browserProvider, quickjs: quickJsProvider }

addEventListener('error', ({ message }) => note('exception', message))
addEventListener('unhandledrejection', ({ reason }) => note('rejection', String(reason)))
function note(kind: string, what: string): void {
  if (hostErrors.sink.length < 10) hostErrors.sink.push(`${kind}: ${what}`)
}

export type Came = Verdict & { standing: Standing; against: string[] }

/** The conformance kit over one engine of this page. */
export interface Kit {
  tests: string[]
  attacks: string[]
  test(id: string): Promise<TestResult>
  attack(id: string): Promise<Came>
  /** An attack that succeeds: it keeps the page's own thread for so many turns of a loop. */
  stall(turns: number): Promise<Came>
  close(): Promise<void>
}

function kitOf(engine: string): Kit {
  const provider = providers[engine] as ExecutorProvider
  const tests = listTests({ provider, options: {}, environment })
  const fresh = (options: ExecutorOptions = {}): Promise<Executor> => provider.create(options)
  const kept = new Map<string, Promise<Executor>>()
  const shared = (options: ExecutorOptions): Promise<Executor> => {
    const key = JSON.stringify(options)
    const known = kept.get(key) ?? fresh(options)
    kept.set(key, known)
    return known
  }
  const capabilities = provider.capabilities()
  const came = async (attack: Attack): Promise<Came> => {
    const verdict = await attackOne(attack, { environment, capabilities, shared, fresh }).catch(
      (error: unknown): Verdict => ({ id: attack.id, succeeded: undefined, breaches: [], endings: [], fault: String(error) }),
    )
    const { standing, against } = standingOf(verdict, capabilities)
    return { ...verdict, standing, against: against.map(({ oracle, what }) => `${oracle}: ${what}`) }
  }
  const stall = (turns: number): Attack => ({
    id: 'control',
    family: 'stop-the-clock',
    title: 'the page keeps itself busy',
    oracle: 'stall',
    run: async ({ wait }) => {
      await wait(60)
      let sum = 0
      for (let i = 0; i < turns; i++) sum = (sum + i) | 0
      await wait(sum === 1 ? 50 : 60)
    },
  })
  return {
    tests: tests.ids,
    attacks: ATTACKS.map(({ id }) => id),
    test: (id) => tests.perform(id),
    attack: (id) => came(attackById(id)),
    stall: (turns) => came(stall(turns)),
    close: async () => {
      await tests.close()
      for (const executor of kept.values()) await (await executor).dispose()
    },
  }
}

Object.assign(globalThis, { kitOf, ready: true })
