import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SandboxError } from '@beddel/sandbox-adapter'
import { CONTENT_POLICY } from '../src/content-policy.ts'
import { errorFacts } from '../src/error-facts.ts'
import type { Explanations, Message, Refused } from '../src/http-runner.ts'
import type { Ending, Runner } from '../src/runner.ts'
import { Guard } from './guard.ts'
import { checkedOrder, checkedShape } from './orders.ts'
import { readJson, TooLarge } from './read-json.ts'
import type { StaticFile } from './static-files.ts'

const HEADERS = {
  'content-security-policy': `${CONTENT_POLICY}; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // A page holds the token of one start of the server.
  'cache-control': 'no-store',
}
/** Where the built page has room for the token. */
export const TOKEN_SLOT = '<meta name="beddel-token" content="">'

export interface PlaygroundOptions {
  files: ReadonlyMap<string, StaticFile>
  engines: Runner
  /** 0 takes a free one. */
  port: number
}

/** Serves the built page, and runs guests for that page alone, on 127.0.0.1. */
export class PlaygroundServer implements AsyncDisposable {
  readonly #files: PlaygroundOptions['files']
  readonly #engines: Runner
  readonly #server: Server
  #guard: Guard | undefined

  private constructor({ files, engines }: PlaygroundOptions) {
    this.#files = files
    this.#engines = engines
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  /** Rejects where the port cannot be had. */
  static async start(options: PlaygroundOptions): Promise<PlaygroundServer> {
    const playground = new PlaygroundServer(options)
    playground.#server.listen(options.port, '127.0.0.1')
    await once(playground.#server, 'listening')
    playground.#guard = new Guard(playground.port)
    return playground
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await Promise.all([closed, this.#engines.dispose()])
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const guard = this.#guard as Guard
    const path = (request.url ?? '/').split('?')[0] as string
    const isOrder = path === '/api/run' || path === '/api/explain'
    const refusal = guard.checkHost(request) ?? (isOrder ? guard.checkOrder(request) : undefined)
    if (refusal !== undefined) return answer(response, refusal.status, 'text/plain; charset=utf-8', refusal.why)
    if (!isOrder) return this.#file(path, request, response)
    try {
      if (path === '/api/run') await this.#run(request, response)
      else await this.#explain(request, response)
    } catch (error) {
      if (error instanceof TooLarge) answer(response, 413, 'application/json', JSON.stringify({ error: error.message } satisfies Refused))
      else fail(response, error)
    }
  }

  async #explain(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = await orError<Explanations>(
      async () => ({ explained: await this.#engines.explain(checkedShape(await readJson(request))) }),
      ({ code, message }) => ({ failed: `${code}: ${message}` }),
    )
    answer(response, 200, 'application/json', JSON.stringify(found))
  }

  #file(path: string, { method }: IncomingMessage, response: ServerResponse): void {
    const name = path === '/' ? '/index.html' : path
    const file = this.#files.get(name)
    if (file === undefined) return answer(response, 404, 'text/plain; charset=utf-8', 'There is no such page.')
    if (method !== 'GET' && method !== 'HEAD') return answer(response, 405, 'text/plain; charset=utf-8', 'GET only.')
    const { token } = this.#guard as Guard
    const body = name === '/index.html' ? file.body.toString().replace(TOKEN_SLOT, TOKEN_SLOT.replace('""', `"${token}"`)) : file.body
    answer(response, 200, file.type, body)
  }

  async #run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    // The page went away, or its reader pressed stop.
    response.once('close', () => gone.abort())
    const say = (message: Message): void => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.write(`${JSON.stringify(message)}\n`)
    }
    const ending = await orError<Ending>(
      async () => this.#engines.run(checkedOrder(await readJson(request)), (line) => say({ line }), gone.signal),
      (error) => ({ error: errorFacts(error) }),
    )
    say({ ending })
    response.end()
  }
}

/** A mistake in an order is an answer like others. */
async function orError<T>(work: () => Promise<T>, said: (error: SandboxError) => T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (SandboxError.isInstance(error)) return said(error)
    throw error
  }
}

function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type }).end(response.req.method === 'HEAD' ? undefined : body)
}

/** What fails here is a bug of ours, and is said without its insides. */
function fail(response: ServerResponse, error: unknown): void {
  // Half of an order came, and then nobody was there any more.
  if (response.destroyed) return
  if (response.headersSent) return void response.destroy()
  console.error(error)
  answer(response, 500, 'text/plain; charset=utf-8', 'The playground’s server failed; its terminal says how.')
}
