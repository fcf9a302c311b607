import { type BrowserExecutor as Executor, type browserProvider as Provider, FRAME_SCRIPT_HASH } from '@beddel/executor-browser'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundlePage, type Bundle } from '../src/bundle.ts'
import { launchChromium, openPage, Site } from '../src/chromium.ts'

declare const BrowserExecutor: typeof Executor
declare const browserProvider: typeof Provider

let bundle: Bundle
let browser: Browser

beforeAll(async () => {
  bundle = await bundlePage('engine')
  browser = await launchChromium(['--host-resolver-rules=MAP insecure.test 127.0.0.1'])
})
afterAll(() => browser.close())

async function inPage<T>(
  use: (page: Page & { problems: string[] }, site: Site) => Promise<T>,
  headers: Record<string, string> = {},
  more?: ConstructorParameters<typeof Site>[3],
): Promise<T> {
  const site = await new Site(bundle, 'engine', headers, more).open()
  const context = await browser.newContext()
  try {
    const page = await openPage(context, site)
    const came = await use(page, site)
    expect(page.problems).toEqual([])
    return came
  } finally {
    await context.close()
    await site.close()
  }
}

const probed = (page: Page): Promise<{ usable: boolean; reason?: string; fix?: string }> => page.evaluate(() => browserProvider.probe())

test('a page whose policy lets the frame be can use it', async () => {
  const policy = `default-src 'self'; script-src 'self' 'unsafe-eval' '${FRAME_SCRIPT_HASH}'; worker-src blob:`
  expect(await inPage(probed, { 'content-security-policy': policy })).toMatchObject({ usable: true })
})

test.each([
  ['the frame’s script', "default-src 'self'; script-src 'self' 'unsafe-eval'; worker-src blob:"],
  ['workers', `default-src 'self'; script-src 'self' 'unsafe-eval' '${FRAME_SCRIPT_HASH}'`],
  ['code from strings', `default-src 'self'; script-src 'self' '${FRAME_SCRIPT_HASH}'; worker-src blob:`],
])('a page whose policy forbids %s is told what to do', { timeout: 40_000 }, async (_what, policy) => {
  const { usable, reason, fix } = await inPage(probed, { 'content-security-policy': policy })
  expect(usable).toBe(false)
  expect(reason).not.toBe('')
  expect(fix).toContain("script-src must let pass 'unsafe-eval'")
})

test.each([
  ['Trusted Types', ''],
  [
    'Trusted Types, and has a default policy',
    'trustedTypes.createPolicy("default", { createHTML: String, createScript: String, createScriptURL: String })',
  ],
])('a page that asks for %s is told that they are in the way', { timeout: 40_000 }, async (_what, before) => {
  const policy = `script-src 'self' 'unsafe-eval' '${FRAME_SCRIPT_HASH}'; worker-src blob:; require-trusted-types-for 'script'`
  const { usable, fix, ms } = await inPage(
    (page) =>
      page.evaluate(async (code) => {
        // oxlint-disable-next-line no-eval -- the page's own
        if (code !== '') (0, eval)(trustedScript(code))
        const startedAt = performance.now()
        return { ...(await browserProvider.probe()), ms: performance.now() - startedAt }
        function trustedScript(text: string): string {
          const { trustedTypes } = globalThis as unknown as {
            trustedTypes: { createPolicy(name: string, rules: object): { createScript(code: string): string } }
          }
          return trustedTypes.createPolicy('own', { createScript: String }).createScript(text)
        }
      }, before),
    { 'content-security-policy': policy },
  )
  expect(usable).toBe(false)
  expect(fix).toContain('require-trusted-types-for')
  expect(ms).toBeLessThan(4_000)
})

test('a page that did not come over a secure connection can use it', async () => {
  const site = await new Site(bundle, 'engine').open()
  const page = await browser.newPage()
  await page.goto(`http://insecure.test:${site.port}/`)
  await page.waitForFunction('globalThis.ready === true')
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  const said = await page.evaluate(async () => {
    const executor = new BrowserExecutor({ web: true })
    const { result, executionId, codeHash } = await executor.run('crypto.randomUUID()')
    await executor.dispose()
    return { result, executionId, codeHash }
  })
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  expect(said.result).toMatch(uuid)
  expect(said.executionId).toMatch(uuid)
  expect(said.codeHash).toMatch(/^[0-9a-f]{64}$/)
  await page.close()
  await site.close()
})

test('a guest that exhausts its memory does not take the page along', { timeout: 60_000 }, async () => {
  const small = await launchChromium(['--js-flags=--max-old-space-size=192'])
  const said: string[] = []
  const site = await new Site(bundle, 'engine', {}, ({ url = '' }, response) => {
    if (!url.startsWith('/said?')) return false
    said.push(decodeURIComponent(url.slice('/said?'.length)))
    response.end()
    return true
  }).open()
  try {
    const page = await openPage(small, site)
    // The page speaks to its server: to the driver, a frame's process that dies is the page.
    await page
      .evaluate(async () => {
        const executor = new BrowserExecutor({ limits: { timeoutMs: 10_000 } })
        const say = (words: unknown): Promise<unknown> => fetch(`/said?${encodeURIComponent(JSON.stringify(words))}`)
        const hungry = await executor.run('const a = []; for (;;) a.push(new Array(1000).fill(a.length + 0.5))')
        await say({ code: hungry.error?.code, unenforced: hungry.unenforced })
        const next = await executor.run('1 + 1', { limits: { timeoutMs: 5_000 } })
        await say({ next: next.result ?? next.error?.message })
      })
      .catch(() => {})
    await expect.poll(() => said.length, { timeout: 20_000 }).toBe(2)
    const [first, second] = said.map((text) => JSON.parse(text) as { code?: string; unenforced?: string[]; next?: unknown })
    expect(first?.unenforced).toEqual(['memoryBytes'])
    // Nothing tells a page that a worker has died; its time is up then.
    expect(['BEDDEL_TIMEOUT', 'BEDDEL_ENGINE_CRASHED', 'BEDDEL_MEMORY_LIMIT']).toContain(first?.code)
    expect(second?.next).toBe(2)
  } finally {
    await small.close()
    await site.close()
  }
})

test('frames that are taken out of the page are made anew', async () => {
  const came = await inPage((page) =>
    page.evaluate(async () => {
      const executor = new BrowserExecutor()
      const removeAll = (): void => document.querySelectorAll('iframe').forEach((frame) => frame.remove())
      const before = await executor.run('1')
      removeAll()
      // What was warm is gone with its frame; the next run gets a new one.
      const after = await executor.run('2', { limits: { timeoutMs: 2_000 } })
      const running = executor.run('await never()', { hostFunctions: { never: () => new Promise(() => {}) }, limits: { timeoutMs: 1_000 } })
      await new Promise((resolve) => setTimeout(resolve, 200))
      removeAll()
      return [before.result, after.result ?? after.error?.code, (await running).error?.code]
    }),
  )
  expect(came).toEqual([1, 2, 'BEDDEL_ENGINE_CRASHED'])
})

test.each([
  ['at once', false],
  ['with the next answer of the host at the latest, where the page took out more than the frame,', true],
])('a run whose frame is taken out of the page ends %s', { timeout: 30_000 }, async (_when, withRoot) => {
  const { code, message, ms } = await inPage((page) =>
    page.evaluate(async (all) => {
      let removedAt = 0
      const slow = async (): Promise<void> => {
        const root = document.documentElement
        if (all) root.replaceWith(root.cloneNode())
        else document.querySelectorAll('iframe').forEach((frame) => frame.remove())
        removedAt = performance.now()
        await new Promise((resolve) => setTimeout(resolve, 1_500))
      }
      const executor = new BrowserExecutor({ hostFunctions: { slow } })
      await executor.ready()
      const { error } = await executor.run('await slow(); 1')
      return { code: error?.code, message: error?.message, ms: performance.now() - removedAt }
    }, withRoot),
  )
  expect(code).toBe('BEDDEL_ENGINE_CRASHED')
  expect(message).toContain('its frame was taken out of the page')
  expect(ms).toBeLessThan(withRoot ? 2_500 : 700)
})

test('tenants have frames of their own, and at most four are kept', async () => {
  const counts = await inPage((page) =>
    page.evaluate(async () => {
      const executor = new BrowserExecutor()
      const frames = (): number => document.querySelectorAll('iframe').length
      const seen = [frames()]
      await executor.run('1', { tenant: 'a' })
      await executor.run('1', { tenant: 'a' })
      seen.push(frames())
      await executor.run('1', { tenant: 'b' })
      seen.push(frames())
      for (const tenant of ['c', 'd', 'e', 'f', 'g']) await executor.run('1', { tenant })
      seen.push(frames())
      await executor.dispose()
      return [...seen, frames()]
    }),
  )
  expect(counts).toEqual([0, 1, 2, 4, 0])
})

/** A frame of another origin that offers a port to every frame of the page, again and again, and says what comes over them. */
const RIVAL = `<!doctype html><script>
  const heard = []
  onmessage = ({ data, ports }) => { if (data === 'heard?') parent.postMessage({ heard }, '*') }
  setInterval(() => {
    for (let i = 0; i < parent.frames.length; i++) {
      if (parent.frames[i] === self) continue
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => heard.push(JSON.stringify(data))
      parent.frames[i].postMessage(0, '*', [port2])
      parent.postMessage(['hello', ''], '*')
    }
  }, 0)
</script>`
/** A frame that takes a port from anybody: what our own must not be. */
const NAIVE = `<script>addEventListener('message', ({ ports }) => ports[0]?.postMessage('taken'), { once: true })</script>`

test('a port from another frame is not taken, and forged messages are nobody’s', { timeout: 30_000 }, async () => {
  const rival = await new Site({ ...bundle, files: new Map() }, 'none', {}, (_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(RIVAL)
    return true
  }).open()
  const came = await inPage((page) =>
    page.evaluate(
      async ({ url, naive }) => {
        const other = document.createElement('iframe')
        other.src = url
        document.body.append(other)
        await new Promise((resolve) => other.addEventListener('load', resolve, { once: true }))
        const heard = async (): Promise<string[]> => {
          const answer = new Promise<string[]>((resolve) =>
            addEventListener('message', function listen({ data }) {
              if (data?.heard === undefined) return
              removeEventListener('message', listen)
              resolve(data.heard as string[])
            }),
          )
          other.contentWindow?.postMessage('heard?', '*')
          return answer
        }
        const executor = new BrowserExecutor()
        const results: unknown[] = []
        for (let i = 0; i < 6; i++) {
          const outcome = await executor.run('input + 1', { input: i, tenant: `t${i}` })
          results.push(outcome.result ?? outcome.error?.message)
        }
        const ours = await heard()
        await executor.dispose()
        const trusting = document.createElement('iframe')
        trusting.setAttribute('sandbox', 'allow-scripts')
        trusting.srcdoc = naive
        document.body.append(trusting)
        await new Promise((resolve) => setTimeout(resolve, 500))
        return { results, ours, theirs: await heard() }
      },
      { url: `${rival.url}rival`, naive: NAIVE },
    ),
  )
  await rival.close()
  expect(came.results).toEqual([1, 2, 3, 4, 5, 6])
  expect(came.ours).toEqual([])
  expect(came.theirs).toContain('"taken"')
})
