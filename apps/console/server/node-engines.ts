import { getExecutorCapabilities, SandboxError } from '@beddel/sandbox-adapter'
import { AdapterRunner } from '../src/adapter-runner.ts'
import type { Ending, Explained, Line, RunOrder, Runner, Shape } from '../src/runner.ts'

/** Guests at a time: more would only wait for the cores. */
const MAX_RUNS = 4

/**
 * The engines of this machine. Without `trusted` only those with a boundary: the code in a page may have come by a link,
 * and its reader's click is no consent to run it without one.
 */
export class NodeEngines implements Runner {
  readonly #trusted: boolean
  readonly #runner: AdapterRunner
  #running = 0

  constructor(trusted: boolean) {
    this.#trusted = trusted
    this.#runner = new AdapterRunner(trusted ? { trust: 'trusted', allowVm2: true } : {})
  }

  explain(shape: Shape): Promise<Explained> {
    return this.#runner.explain(shape)
  }

  async run(order: RunOrder, onLine: (line: Line) => void, signal: AbortSignal): Promise<Ending> {
    if (this.#running >= MAX_RUNS) {
      throw new SandboxError('BEDDEL_BUSY', `The playground runs ${MAX_RUNS} guests at a time.`, { phase: 'queue', retryable: true })
    }
    this.#running++
    try {
      if (order.engine !== undefined && !this.#trusted) await refuseWithoutBoundary(order.engine)
      return await this.#runner.run(order, onLine, signal)
    } finally {
      this.#running--
    }
  }

  dispose(): Promise<void> {
    return this.#runner.dispose()
  }
}

async function refuseWithoutBoundary(engine: string): Promise<void> {
  const { boundary } = await getExecutorCapabilities(engine)
  if (boundary) return
  const message = `${engine} is no boundary. To use it for code that you trust, start the playground with --trusted.`
  throw new SandboxError('BEDDEL_TRUST_FLOOR', message, { phase: 'configure', engine })
}
