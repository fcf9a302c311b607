import type { SandboxAdapter as Adapter } from '@beddel/sandbox-adapter'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundlePage, type Bundle } from '../src/bundle.ts'
import { launchChromium, openPage, Site } from '../src/chromium.ts'

declare const SandboxAdapter: typeof Adapter

let bundle: Bundle
let browser: Browser
let site: Site
let page: Page & { problems: string[] }

beforeAll(async () => {
  bundle = await bundlePage('adapter')
  browser = await launchChromium()
  site = await new Site(bundle, 'adapter').open()
  page = await openPage(browser, site)
})
afterAll(async () => {
  expect(page.problems).toEqual([])
  await browser.close()
  await site.close()
})

test('its bundle for a page asks for nothing of Node’s', () => {
  expect(bundle.outside).toEqual([])
  for (const [name, text] of bundle.files) {
    expect(/(?:from|import\()\s*["'](?:node:|fs|path|module)/.test(text), `${name} imports a module of Node's`).toBe(false)
    expect(text.includes('@beddel/executor-isolated-vm'), `${name} asks for an engine that no page has`).toBe(false)
  }
})

test('it chooses the page’s engine by itself, and runs', async () => {
  const found = await page.evaluate(async () => {
    const sandbox = new SandboxAdapter()
    const value = await sandbox.run('input.map((n) => n * 2)', { input: [1, 2] })
    const called = await sandbox.run('return (await shop.price("apple")) * 2', {
      hostFunctions: { shop: { price: (name: string) => ({ apple: 3 })[name] } },
    })
    const failed = await sandbox.tryRun('for(;;);', { timeoutMs: 200 })
    const engine = sandbox.getEngine()
    await sandbox.dispose()
    return { value, called, code: failed.error?.code, engine }
  })
  expect(found).toEqual({ value: [2, 4], called: 6, code: 'BEDDEL_TIMEOUT', engine: 'browser' })
})

test('it explains itself', async () => {
  const { chosen, runtime, engines, text } = await page.evaluate(async () => {
    const explained = await new SandboxAdapter().explain()
    return {
      chosen: explained.chosen,
      runtime: explained.environment.runtime,
      engines: explained.engines.map(({ engine, usable, boundary, unenforced }) => ({ engine, usable, boundary, unenforced })),
      text: String(explained),
    }
  })
  expect(chosen).toBe('browser')
  expect(runtime).toBe('browser')
  expect(engines[0]).toEqual({ engine: 'browser', usable: true, boundary: true, unenforced: ['memoryBytes'] })
  expect(text).toContain('heap')
})

test('a memory limit that is stated chooses the engine that can hold it', async () => {
  const found = await page.evaluate(async () => {
    const sandbox = new SandboxAdapter({ memoryBytes: 4 * 1024 * 1024 })
    const value = await sandbox.run('1 + 1')
    const hungry = await sandbox.tryRun('const a = []; for (;;) a.push({})')
    const engine = sandbox.getEngine()
    await sandbox.dispose()
    return { value, code: hungry.error?.code, engine }
  })
  expect(found).toEqual({ value: 2, code: 'BEDDEL_MEMORY_LIMIT', engine: 'quickjs' })
})

test('what a page cannot do is refused by name', async () => {
  const codes = await page.evaluate(async () => {
    const codeOf = async (work: () => unknown): Promise<string> => {
      try {
        await work()
        return 'none'
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    return [
      await codeOf(() => new SandboxAdapter({ engine: 'browser', memoryBytes: 2 ** 25 }).run('1')),
      await codeOf(() => new SandboxAdapter({ engine: 'browser', placement: 'process' }).run('1')),
      await codeOf(() => new SandboxAdapter({ config: 'beddel.toml' }).run('1')),
      await codeOf(() => new SandboxAdapter().runSync('1')),
      await codeOf(() => new SandboxAdapter({ engine: 'isolated-vm' })),
    ]
  })
  expect(codes).toEqual([
    'BEDDEL_OPTION_UNSUPPORTED',
    'BEDDEL_OPTION_UNSUPPORTED',
    'BEDDEL_OPTION_UNSUPPORTED',
    'BEDDEL_OPTION_UNSUPPORTED',
    'BEDDEL_INVALID_OPTION',
  ])
})

test('a page whose policy blocks the frame is told so, and soon', { timeout: 30_000 }, async () => {
  const strict = await new Site(bundle, 'adapter', { 'content-security-policy': "default-src 'self'" }).open()
  const blocked = await openPage(browser, strict)
  const { code, message, ms } = await blocked.evaluate(async () => {
    const startedAt = performance.now()
    const error = await new SandboxAdapter()
      .run('1', { timeoutMs: 15_000 })
      .catch((thrown: unknown) => thrown as { code?: string; message?: string })
    return { code: (error as { code?: string }).code, message: (error as { message?: string }).message, ms: performance.now() - startedAt }
  })
  await blocked.close()
  await strict.close()
  expect(code).toBe('BEDDEL_NO_ENGINE')
  expect(message).toContain('its frame did not answer')
  expect(message).toContain("script-src must let pass 'unsafe-eval'")
  expect(ms).toBeLessThan(10_000)
})
