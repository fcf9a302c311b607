import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlaygroundServer } from '../server/playground-server.ts'
import { staticFiles } from '../server/static-files.ts'
import { FakeEngines } from './support/fake-engines.ts'
import { DIST, launchChromium } from './support/playground.ts'

const ORDER = JSON.stringify({ code: '1', language: 'js', limits: {}, web: false })

/** What a page of somebody else tries against `target`; the strings are run in that page. */
const ATTACKS: Record<string, (target: string) => string> = {
  'fetch without CORS': (target) => `fetch('${target}api/run', { method: 'POST', mode: 'no-cors', body: ${JSON.stringify(ORDER)} })`,
  'fetch with JSON, which asks before': (target) =>
    `fetch('${target}api/run', { method: 'POST', headers: { 'content-type': 'application/json', 'x-beddel-token': 'guessed' }, body: ${JSON.stringify(ORDER)} })`,
  'a beacon': (target) => `navigator.sendBeacon('${target}api/run', ${JSON.stringify(ORDER)})`,
  'a form that is sent into a frame': (target) => `new Promise((resolve) => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'sink' })
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '${target}api/run', target: 'sink', enctype: 'text/plain' })
    const field = Object.assign(document.createElement('input'), { name: '{"code":"1","language":"js","limits":{},"web":false,"x":"', value: '"}' })
    form.append(field)
    document.body.append(frame, form)
    // The empty frame has been loaded by now; the next one is what the form was answered with.
    frame.onload = resolve
    form.submit()
  })`,
}

let browser: Browser
let engines: FakeEngines
let playground: PlaygroundServer
/** Runs whoever asks: what the playground's server would be without its guard. */
let leaky: Server
let leakyRuns = 0
/** Requests for a run that have reached the playground's server, refused ones too. */
let arrived = 0
let hostile: Server
let hostileUrl: string
/** The same site by a name that resolves to this machine. */
let rebound: string

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const origin = (port: number): string => `http://127.0.0.1:${port}/`
const body = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of request) text += String(part)
  return text
}

const onRequest = (message: unknown): void => {
  const { request } = message as { request: IncomingMessage }
  if (request.socket.localPort === playground.port && request.url === '/api/run') arrived++
}

beforeAll(async () => {
  subscribe('http.server.request.start', onRequest)
  engines = new FakeEngines()
  playground = await PlaygroundServer.start({ files: staticFiles(DIST), engines, port: 0 })
  leaky = createServer((request, response) => {
    void body(request).then((text) => {
      if (request.url === '/api/run' && request.method === 'POST' && text.includes('"code"')) leakyRuns++
      response.setHeader('access-control-allow-origin', '*')
      response.setHeader('access-control-allow-headers', '*')
      response.setHeader('content-type', 'text/html')
      response.end('<meta name="beddel-token" content="leaked"><button>Run</button>')
    })
  })
  hostile = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title><body>'))
  const [, port] = await Promise.all([listen(leaky), listen(hostile)])
  hostileUrl = origin(port)
  rebound = `http://evil.test:${playground.port}/`
  browser = await launchChromium(['--host-resolver-rules=MAP evil.test 127.0.0.1'])
})
afterAll(async () => {
  unsubscribe('http.server.request.start', onRequest)
  await browser.close()
  leaky.close()
  hostile.close()
  await playground[Symbol.asyncDispose]()
})

/** `until` holds before the page is closed: what it has sent may not have left yet. */
async function inHostilePage<T>(code: string, url = hostileUrl, until = (): boolean => true): Promise<T> {
  const page = await browser.newPage()
  try {
    await page.goto(url)
    const answer = await page.evaluate<T>(`(async () => { try { return await (${code}) } catch (error) { return String(error) } })()`)
    await expect.poll(until, { timeout: 5_000 }).toBe(true)
    return answer
  } finally {
    await page.close()
  }
}
const leakyUrl = (): string => origin((leaky.address() as AddressInfo).port)

describe.each(Object.entries(ATTACKS))('%s', (_, attack) => {
  test('runs a guest where nobody guards, and none here', async () => {
    const before = leakyRuns
    await inHostilePage(attack(leakyUrl()), hostileUrl, () => leakyRuns > before)

    const arrivedBefore = arrived
    await inHostilePage(attack(playground.address), hostileUrl, () => arrived > arrivedBefore)
    expect(engines.orders).toEqual([])
  })
})

test('the token can be read where nobody guards, and not here', async () => {
  const read = (target: string): string => `fetch('${target}').then((response) => response.text())`
  expect(await inHostilePage(read(leakyUrl()))).toContain('leaked')
  expect(await inHostilePage(read(playground.address))).toMatch(/TypeError: Failed to fetch/)
})

test('a name that is rebound to this machine gets the page where nobody guards, and nothing here', async () => {
  const at = (port: number): string => `http://evil.test:${port}/`
  const read = "fetch('/').then((response) => response.text())"
  expect(await inHostilePage(read, at((leaky.address() as AddressInfo).port))).toContain('leaked')
  expect(await inHostilePage(read, rebound)).toBe('This server answers to 127.0.0.1 and localhost only.')
  const order = `fetch('/api/run', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(ORDER)} }).then((r) => r.status)`
  expect(await inHostilePage(order, rebound)).toBe(421)
  expect(engines.orders).toEqual([])
})

test('the page can be framed where nobody guards, and not here', async () => {
  const framed = async (target: string): Promise<string> => {
    const page = await browser.newPage()
    await page.goto(hostileUrl)
    await page.evaluate(`new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { src: '${target}', onload: resolve })
      document.body.append(frame)
    })`)
    const text = await page.frames()[1]?.evaluate<string>('document.documentElement.outerHTML')
    await page.close()
    return text ?? ''
  }
  expect(await framed(leakyUrl())).toContain('<button>Run')
  expect(await framed(playground.address)).not.toContain('beddel')
})
