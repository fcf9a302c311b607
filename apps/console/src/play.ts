import { batch } from '@preact/signals'
import { explained } from './explained.ts'
import { type Place, PLACES } from './places.ts'
import type { Line, RunOrder } from './runner.ts'
import { code, engine, engineFromLink, input, language, notice, past, running, type Shown, shown, stated, web } from './state.ts'
import { statusText } from './status-text.ts'

/** Lines that are shown; of a longer console the last ones. */
const MAX_LINES = 500
/** A flood is drawn a few times a second only. */
const DRAW_EVERY_MS = 60
/** Runs in the chart. */
const MAX_PAST = 200

let stopping: AbortController | undefined
let lastNumber = 0

/** Runs what is in the editor, so many times one after the other. */
export async function play(times = 1): Promise<void> {
  if (running.value > 0) return
  notice.value = ''
  const order = readOrder()
  const place = PLACES.find(({ id }) => id === placeOf(engine.value))
  if (order === undefined || place === undefined) return
  stopping = new AbortController()
  const { signal } = stopping
  for (running.value = times; running.value > 0; running.value--) {
    const went = await once(order, place, signal)
    if (!went || signal.aborted) break
  }
  batch(() => {
    running.value = 0
    // What was said meanwhile, of a link that was opened, stands beside the ending and not in its place.
    if (notice.value !== '') notice.value = `${statusText.value} ${notice.value}`
  })
}

export function stop(): void {
  stopping?.abort()
}

/** What is wrong with the input, where it is no JSON. */
export function inputProblem(): string | undefined {
  try {
    if (input.value.trim() !== '') JSON.parse(input.value)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function readOrder(): RunOrder | undefined {
  const { limits, wrong } = stated.value
  const problem = inputProblem()
  if (wrong.length > 0) notice.value = `Not run: ${wrong.join(', ')} must be a whole number, like 500, 64k or 32M.`
  else if (problem !== undefined) notice.value = `Not run: the input is no JSON. ${problem}`
  else if (engineFromLink.value && engine.value.includes(':') && explained.value[placeOf(engine.value)] === undefined) {
    notice.value = 'Not run yet: what this link names is still being looked at.'
  }
  if (notice.value !== '') return undefined
  const [, named] = engine.value.split(':')
  return {
    code: code.value,
    language: language.value,
    web: web.value,
    limits,
    ...(named !== undefined && { engine: named }),
    ...(input.value.trim() !== '' && { input: JSON.parse(input.value) as unknown }),
  }
}

const placeOf = (choice: string): string => choice.split(':')[0] as string

/** Whether it came to an ending. */
async function once(order: RunOrder, { id, runner }: Place, signal: AbortSignal): Promise<boolean> {
  const console = new ShownConsole({ number: ++lastNumber, code: order.code })
  try {
    const ending = await runner.run(order, (line) => console.add(line), signal)
    batch(() => {
      console.end({ ending })
      const { durationMs, usage, error } = ending
      if (durationMs === undefined || ending.engine === undefined) return
      const where = `${id}:${ending.engine}`
      const one = { number: lastNumber, engine: where, durationMs, guestMs: usage?.guestMs, ended: error?.code ?? 'ok' }
      past.value = [...past.value, one].slice(-MAX_PAST)
    })
    return ending.durationMs !== undefined
  } catch (error) {
    console.end({ problem: error instanceof Error ? error.message : String(error) })
    return false
  }
}

/** The lines of a run on their way to the page. */
class ShownConsole {
  readonly #run: Pick<Shown, 'number' | 'code'>
  #lines: Line[] = []
  #dropped = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(run: Pick<Shown, 'number' | 'code'>) {
    this.#run = run
    this.#draw()
  }

  add(line: Line): void {
    this.#lines.push(line)
    if (this.#lines.length >= MAX_LINES * 2) this.#cut()
    this.#timer ??= setTimeout(() => this.#draw(), DRAW_EVERY_MS)
  }

  end(how: Partial<Pick<Shown, 'ending' | 'problem'>>): void {
    clearTimeout(this.#timer)
    this.#draw(how)
  }

  #draw(how: Partial<Pick<Shown, 'ending' | 'problem'>> = {}): void {
    this.#timer = undefined
    this.#cut()
    shown.value = { ...this.#run, lines: [...this.#lines], dropped: this.#dropped, ending: undefined, problem: undefined, ...how }
  }

  #cut(): void {
    const more = this.#lines.length - MAX_LINES
    if (more <= 0) return
    this.#dropped += more
    this.#lines = this.#lines.slice(more)
  }
}
