import type { Ending, Explained, Line, RunOrder, Runner } from '../../src/runner.ts'

/** Remembers what was asked for. It runs nothing. */
export class FakeEngines implements Runner {
  readonly orders: RunOrder[] = []
  signal: AbortSignal | undefined
  /** What a run does; by default it ends at once. */
  behave: (onLine: (line: Line) => void, signal: AbortSignal) => Promise<Ending> = async () => ({ result: '42' })

  async explain(): Promise<Explained> {
    return { chosen: 'none', engines: [] } as unknown as Explained
  }

  run(order: RunOrder, onLine: (line: Line) => void, signal: AbortSignal): Promise<Ending> {
    this.orders.push(order)
    this.signal = signal
    return this.behave(onLine, signal)
  }

  async dispose(): Promise<void> {}
}
