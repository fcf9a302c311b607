import { SandboxError } from '@beddel/core'
import { errorFacts } from './error-facts.ts'
import type { Ending, Explained, Line, RunOrder, Runner, Shape } from './runner.ts'

/** One line of a run's answer. The ending comes once, and last. */
export interface Message {
  line?: Line
  ending?: Ending
}

/** The answer to what is asked about engines. */
export interface Explanations {
  explained?: Explained
  /** What is wrong with the options. */
  failed?: string
}

/** The answer to a request that is not taken as it is. */
export interface Refused {
  error: string
}

/** Runs guests on the machine that serves this page. */
export class HttpRunner implements Runner {
  readonly #token: string

  constructor(token: string) {
    this.#token = token
  }

  async explain(shape: Shape): Promise<Explained> {
    const response = await this.#post('api/explain', shape)
    const { explained, failed } = (await response.json()) as Explanations
    if (explained === undefined) throw new Error(failed)
    return explained
  }

  async run(order: RunOrder, onLine: (line: Line) => void, signal: AbortSignal): Promise<Ending> {
    try {
      return await this.#run(order, onLine, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      // The server ends the run when its answer is not wanted any more, and cannot say so.
      return { error: errorFacts(new SandboxError('BEDDEL_ABORTED', 'The run was stopped.', { started: true })) }
    }
  }

  async dispose(): Promise<void> {}

  async #run(order: RunOrder, onLine: (line: Line) => void, signal: AbortSignal): Promise<Ending> {
    const response = await this.#post('api/run', order, signal)
    let ending: Ending | undefined
    for await (const text of lines(response.body as ReadableStream<Uint8Array>)) {
      const message = JSON.parse(text) as Message
      if (message.line !== undefined) onLine(message.line)
      ending ??= message.ending
    }
    if (ending === undefined) throw new Error('The playground’s server broke off in the middle of a run.')
    return ending
  }

  async #post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = { 'content-type': 'application/json', 'x-beddel-token': this.#token }
    const init: RequestInit = { method: 'POST', headers, body: JSON.stringify(body), ...(signal && { signal }) }
    const response = await fetch(path, init).catch((error: unknown) => {
      if (signal?.aborted === true) throw error
      throw new Error('The playground’s server does not answer. Is it still running?', { cause: error })
    })
    if (!response.ok) throw new Error(await refusalOf(response))
    return response
  }
}

async function refusalOf(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'application/json') return response.text()
  return ((await response.json()) as Refused).error
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) break
    const parts = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = parts.pop() as string
    yield* parts
  }
  if (rest !== '') yield rest
}
