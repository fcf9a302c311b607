import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PlaygroundServer, TOKEN_SLOT } from '../server/playground-server.ts'
import { HttpRunner, type Message } from '../src/http-runner.ts'
import { FakeEngines } from './support/fake-engines.ts'
import { rawRequest } from './support/raw-request.ts'

const page = { type: 'text/html; charset=utf-8', body: Buffer.from(`<head>${TOKEN_SLOT}</head>`) }
const ORDER = JSON.stringify({ code: '1 + 1', language: 'js', limits: {}, web: false })

let engines: FakeEngines
let server: PlaygroundServer
let port: number
let token: string
/** What the page itself sends. */
let own: Record<string, string>

beforeEach(async () => {
  engines = new FakeEngines()
  server = await PlaygroundServer.start({ files: new Map([['/index.html', page]]), engines, port: 0 })
  port = server.port
  token = /content="([^"]+)"/.exec((await rawRequest({ port })).text)?.[1] as string
  own = {
    host: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'x-beddel-token': token,
  }
})
afterEach(() => server[Symbol.asyncDispose]())

const run = (headers: Record<string, string>, more: { method?: string; body?: string } = {}) =>
  rawRequest({ port, path: '/api/run', method: 'POST', body: ORDER, headers, ...more })
const without = (name: string): Record<string, string> => Object.fromEntries(Object.entries(own).filter(([key]) => key !== name))

describe('an order', () => {
  test('of the page itself is taken', async () => {
    const { status, text } = await run(own)
    expect({ status, message: JSON.parse(text) as Message }).toEqual({ status: 200, message: { ending: { result: '42' } } })
    expect(engines.orders).toEqual([{ code: '1 + 1', language: 'js', limits: {}, web: false }])
  })

  test('of the page by its other name is taken', async () => {
    const { status } = await run({ ...own, host: `localhost:${port}`, origin: `http://localhost:${port}` })
    expect(status).toBe(200)
    expect(engines.orders).toHaveLength(1)
  })

  // Each differs from the order above, which is taken, in one thing only.
  test.each<[what: string, change: () => Parameters<typeof run>, status: number]>([
    ['of another site', () => [{ ...own, origin: 'https://evil.example' }], 403],
    ['of another port of this machine', () => [{ ...own, origin: `http://127.0.0.1:${port + 1}` }], 403],
    ['of an opaque origin, like a guest’s frame', () => [{ ...own, origin: 'null' }], 403],
    ['of the same origin by https', () => [{ ...own, origin: `https://127.0.0.1:${port}` }], 403],
    ['without an origin', () => [without('origin')], 403],
    ['of a site that the browser calls another', () => [{ ...own, 'sec-fetch-site': 'same-site' }], 403],
    [
      'to a name that was rebound to this machine',
      () => [{ ...own, host: `evil.example:${port}`, origin: `http://evil.example:${port}` }],
      421,
    ],
    ['to another port by its host', () => [{ ...own, host: '127.0.0.1', origin: 'http://127.0.0.1' }], 421],
    ['without the token', () => [without('x-beddel-token')], 403],
    ['with another token', () => [{ ...own, 'x-beddel-token': `${token}x` }], 403],
    ['with an empty token', () => [{ ...own, 'x-beddel-token': '' }], 403],
    ['of a form', () => [{ ...own, 'content-type': 'text/plain' }], 415],
    ['by GET', () => [own, { method: 'GET', body: '' }], 405],
    ['by OPTIONS, as a preflight', () => [own, { method: 'OPTIONS', body: '' }], 405],
  ])('%s is refused', async (_, change, status) => {
    const answer = await run(...change())
    expect(answer.status).toBe(status)
    expect(engines.orders).toEqual([])
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test.each([
    ['no JSON', '{', 'request must be JSON'],
    ['an unknown key', '{"code":"1","limits":{},"web":false,"trust":"trusted"}', 'request has no key "trust"'],
    [
      'a limit above what a link may ask for',
      '{"code":"1","limits":{"timeoutMs":60001},"web":false}',
      'limits.timeoutMs must be at most 60000',
    ],
    ['the same under its old name', '{"code":"1","limits":{"timeout":60001},"web":false}', 'limits has no key "timeout"'],
    ['options beside the limits', '{"code":"1","limits":{"processes":1},"web":false}', 'limits has no key "processes"'],
  ])('with %s ends in BEDDEL_INVALID_OPTION', async (_, body, says) => {
    const { ending } = JSON.parse((await run(own, { body })).text) as Message
    expect(ending?.error?.code).toBe('BEDDEL_INVALID_OPTION')
    expect(ending?.error?.message).toContain(says)
    expect(engines.orders).toEqual([])
  })

  test('far above the limit gets a 413 that says so, and the server goes on', async () => {
    const { status, headers, text } = await run(own, { body: `"${'x'.repeat(80 * 1024 * 1024)}"` })
    expect({ status, type: headers['content-type'], body: JSON.parse(text) }).toEqual({
      status: 413,
      type: 'application/json',
      body: { error: 'A request to the playground must be at most 33554432 bytes, got 83886082.' },
    })
    expect((await run(own)).status).toBe(200)
    expect(engines.orders).toHaveLength(1)
  })

  test('of which half came is forgotten', async () => {
    const said = vi.spyOn(console, 'error')
    const half = request({ host: '127.0.0.1', port, path: '/api/run', method: 'POST', headers: { ...own, 'content-length': '1000' } })
    half.on('error', () => {})
    half.write(ORDER)
    await sleep(50)
    half.destroy()
    await sleep(50)
    expect(said).not.toHaveBeenCalled()
    expect(engines.orders).toEqual([])
    said.mockRestore()
  })

  test('is aborted when its page goes away', async () => {
    engines.behave = (onLine, signal) =>
      new Promise((resolve) => {
        onLine({ level: 'log', text: 'begun', at: 0 })
        signal.addEventListener('abort', () => resolve({ result: 'nobody is there' }))
      })
    const leaving = request({ host: '127.0.0.1', port, path: '/api/run', method: 'POST', headers: own })
    leaving.on('error', () => {})
    leaving.end(ORDER)
    await vi.waitFor(() => expect(engines.orders).toHaveLength(1))
    expect(engines.signal?.aborted).toBe(false)
    leaving.destroy()
    await vi.waitFor(() => expect(engines.signal?.aborted).toBe(true))
  })
})

describe('the page', () => {
  test('forbids what is not its own, frames around it, and to be read by others', async () => {
    const { headers } = await rawRequest({ port })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("connect-src 'self'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    })
  })

  test('and its token are not given to a name that was rebound to this machine', async () => {
    const { status, text } = await rawRequest({ port, headers: { host: `evil.example:${port}` } })
    expect(status).toBe(421)
    expect(text).not.toContain(token)
  })

  test('has another token after each start', async () => {
    await using other = await PlaygroundServer.start({ files: new Map([['/index.html', page]]), engines, port: 0 })
    const { text } = await rawRequest({ port: other.port })
    expect(text).toMatch(/content="[\w-]{43}"/)
    expect(text).not.toContain(token)
  })

  test.each(['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/server/main.ts'])('%s is not there', async (path) => {
    expect((await rawRequest({ port, path })).status).toBe(404)
  })
})

describe('the page’s runner', () => {
  /** As a browser would send it. */
  const runner = (): HttpRunner => new HttpRunner(token)
  const order = { code: '1', language: 'js', limits: {}, web: false } as const
  beforeEach(() => {
    const { fetch } = globalThis
    const { address } = server
    vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
      fetch(new URL(path, address), { ...init, headers: { ...(init.headers as Record<string, string>), origin: own.origin as string } }),
    )
    return () => vi.unstubAllGlobals()
  })

  test('gets each line as it comes', async () => {
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    engines.behave = async (onLine) => {
      onLine({ level: 'log', text: 'first', at: 1 })
      // Ends only when the line has arrived.
      await heard
      return { result: 'done' }
    }
    const lines: string[] = []
    const ending = await runner().run(
      order,
      ({ text }) => {
        lines.push(text)
        resolve()
      },
      new AbortController().signal,
    )
    expect({ lines, ending }).toEqual({ lines: ['first'], ending: { result: 'done' } })
  })

  test('stops a run, and says that it was stopped', async () => {
    engines.behave = (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ result: '' })))
    const stop = new AbortController()
    const ending = runner().run(order, () => {}, stop.signal)
    await vi.waitFor(() => expect(engines.orders).toHaveLength(1))
    stop.abort()
    expect((await ending).error?.code).toBe('BEDDEL_ABORTED')
    await vi.waitFor(() => expect(engines.signal?.aborted).toBe(true))
  })

  test('says that the page is from an earlier start', async () => {
    await expect(new HttpRunner('old').run(order, () => {}, new AbortController().signal)).rejects.toThrow('Reload it')
  })

  test('says that a request is too large', async () => {
    const large = { ...order, code: 'x'.repeat(80 * 1024 * 1024) }
    await expect(runner().run(large, () => {}, new AbortController().signal)).rejects.toThrow('must be at most 33554432 bytes, got 838')
    await expect(runner().explain({ limits: {}, web: large.code as never })).rejects.toThrow('must be at most 33554432 bytes, got 838')
  })

  test('says that the server is gone', async () => {
    await server[Symbol.asyncDispose]()
    await expect(runner().run(order, () => {}, new AbortController().signal)).rejects.toThrow('does not answer')
    server = await PlaygroundServer.start({ files: new Map(), engines, port: 0 })
  })

  test('says that the server broke off', async () => {
    engines.behave = async (onLine) => {
      onLine({ level: 'log', text: 'begun', at: 0 })
      await sleep(20)
      throw new Error('a bug')
    }
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    await expect(runner().run(order, () => {}, new AbortController().signal)).rejects.toThrow()
    said.mockRestore()
  })
})
