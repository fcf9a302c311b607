import type { HostFunction, HostFunctionTree } from '@beddel/sandbox-adapter'
import { formatValue } from './format-value.ts'

const PRICES = new Map([
  ['apple', 0.35],
  ['bread', 2.8],
  ['coffee', 6.5],
  ['milk', 1.15],
  ['tea', 4.2],
])
const MAX_SLEEP_MS = 2_000
const MAX_SHOWN = 200

/** What the playground lets its guests call; the same in the page and on the server. */
export const HOST_FUNCTIONS: readonly { name: string; does: string }[] = [
  { name: 'prices.of(name)', does: 'the price of apple, bread, coffee, milk or tea; throws for anything else' },
  { name: 'sleep(ms)', does: `waits, at most ${MAX_SLEEP_MS} ms` },
  { name: 'notes.add(text)', does: 'keeps a note for this run and gives how many there are' },
  { name: 'notes.all()', does: 'the notes of this run' },
]

/** For one run. `onCall` is told of each call and of what came of it. */
export function hostFunctions(onCall: (text: string) => void): HostFunctionTree {
  const notes: string[] = []
  const shown = (name: string, call: (this: ThisParameterType<HostFunction>, ...args: unknown[]) => unknown): HostFunction =>
    async function (...args) {
      const said = `${name}(${args.map((arg) => brief(arg)).join(', ')})`
      try {
        const answer = await call.apply(this, args)
        onCall(`${said} → ${brief(answer)}`)
        return answer
      } catch (error) {
        onCall(`${said} threw ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    }
  return {
    prices: {
      of: shown('prices.of', (name) => {
        const price = PRICES.get(String(name))
        if (price === undefined) throw new Error(`no price for ${brief(name)}`)
        return price
      }),
    },
    sleep: shown('sleep', async function (ms) {
      await waited(Math.min(Math.max(Number(ms) || 0, 0), MAX_SLEEP_MS), this.signal)
    }),
    notes: {
      // What is kept is bounded by the run's host calls and the size of their arguments.
      add: shown('notes.add', (text) => notes.push(String(text))),
      all: shown('notes.all', () => notes),
    },
  }
}

function brief(value: unknown): string {
  const text = formatValue(value, { indent: false })
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
