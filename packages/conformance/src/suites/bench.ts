import { type ErrorCode, type Executor, type ExecutorOptions, type ExecutorProvider, type Outcome, SandboxError } from '@beddel/core'
import { type Need, undeclared, wronglyGranted } from '../attacks/needs.js'
import { ending } from '../attacks/expectations.js'
import { same } from '../compare/same.js'
import { show } from '../compare/show.js'
import type { KitEnvironment } from '../harness/environment.js'
import { timed } from '../harness/host-time.js'

/** What the suites need of a test runner; vitest's and node:test's own functions fit. */
export interface TestApi {
  describe(name: string, body: () => void): unknown
  /** `timeoutMs` as vitest, Jest and Bun take it; others may leave it alone. */
  test(name: string, body: () => Promise<void>, timeoutMs?: number): unknown
  afterAll(body: () => Promise<void>): unknown
}

/** What is tested: a provider, and the options that every executor of it is created with. */
export interface SuiteTarget {
  provider: ExecutorProvider
  options?: ExecutorOptions & Record<string, unknown>
  /** Where the suites run; without it nothing is taken off for time without a processor. */
  environment?: Pick<KitEnvironment, 'waiting'>
}

/** Executors of the tested provider, made when asked for and disposed of at the end. */
export class Bench {
  readonly #shared = new Map<string, Promise<Executor>>()
  readonly #own: Executor[] = []

  constructor(
    readonly target: SuiteTarget,
    readonly api: TestApi,
  ) {}

  /** One that other tests use too. */
  readonly shared = (options: ExecutorOptions = {}): Promise<Executor> => {
    const key = JSON.stringify(options)
    const known = this.#shared.get(key) ?? this.#create(options)
    this.#shared.set(key, known)
    return known
  }

  /** One of the test's own. */
  readonly fresh = async (options: ExecutorOptions = {}): Promise<Executor> => {
    const executor = await this.#create(options)
    this.#own.push(executor)
    return executor
  }

  #create(options: ExecutorOptions): Promise<Executor> {
    return this.target.provider.create({ acceptHostRisk: true, ...this.target.options, ...options })
  }

  /** A test. Where the engine does not declare what it needs, it tests that asking for that is refused. */
  test(name: string, needs: readonly Need[], body: (executor: Executor) => Promise<void>): void {
    this.api.test(name, async () => {
      const executor = await this.shared()
      const need = undeclared(needs, executor.capabilities)
      if (need === undefined) return body(executor)
      const granted = await wronglyGranted(need, executor, this.fresh)
      if (granted !== undefined) throw new Error(granted)
    })
  }

  readonly timed = (call: () => Promise<Outcome>): Promise<{ outcome: Outcome; ms: number }> => timed(call, this.target.environment)

  async close(): Promise<void> {
    const shared = await Promise.allSettled(this.#shared.values())
    for (const made of shared) if (made.status === 'fulfilled') this.#own.push(made.value)
    await Promise.all(this.#own.map((executor) => executor.dispose()))
  }
}

export function ok(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(what)
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  if (!same(actual, expected)) throw new Error(`${what} is ${show(actual)}, not ${show(expected)}`)
}

export function gives(outcome: Outcome, expected: unknown): void {
  if (!outcome.success || !same(outcome.result, expected)) throw new Error(`gave ${ending(outcome)}, not the value ${show(expected)}`)
}

export function endsIn(outcome: Outcome, ...codes: ErrorCode[]): void {
  if (outcome.success || !codes.includes(outcome.error.code)) throw new Error(`ended in ${ending(outcome)}, not in ${codes.join(' or ')}`)
}

/** The call must throw this code: a host's mistake, never an outcome. */
export async function throws(code: ErrorCode, call: () => unknown, says?: RegExp): Promise<void> {
  let given: unknown
  try {
    given = await call()
  } catch (error) {
    if (!SandboxError.isInstance(error) || error.code !== code) throw new Error(`threw ${show(error)}, not ${code}`, { cause: error })
    if (says !== undefined && !says.test(error.message)) throw new Error(`said ${show(error.message)}, not what fits ${says}`)
    return
  }
  throw new Error(`gave ${show(given)} instead of throwing ${code}`)
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
