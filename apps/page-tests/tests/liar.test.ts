import type { BrowserExecutor as Executor } from '@beddel/executor-browser'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundlePage } from '../src/bundle.ts'
import { launchChromium, openPage, Site } from '../src/chromium.ts'
import { liarPlugin } from '../src/liar-worker.ts'

declare const BrowserExecutor: typeof Executor

let browser: Browser
let site: Site
let page: Page & { problems: string[] }

beforeAll(async () => {
  const bundle = await bundlePage('liar', { plugins: [liarPlugin] })
  browser = await launchChromium()
  site = await new Site(bundle, 'liar').open()
  page = await openPage(browser, site)
})
afterAll(async () => {
  expect(page.problems).toEqual([])
  await browser.close()
  await site.close()
})

/** Runs with a worker that tells this lie, and then with one that tells none. */
function told(lie: string): Promise<{ code: string; late: number; after: unknown }> {
  return page.evaluate(async (name) => {
    // A page reads a flood as fast as it can, which is not the same on every machine.
    const timeoutMs = name.startsWith('a flood') ? 20_000 : 1_500
    const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700))
    const executor = new BrowserExecutor({ hostFunctions: { slow }, limits: { timeoutMs } })
    const startedAt = performance.now()
    const outcome = await executor.run(`// ${name}`)
    const late = performance.now() - startedAt - timeoutMs
    const next = await executor.run('// honest', { limits: { timeoutMs: 5_000 } })
    await executor.dispose()
    return { code: outcome.error?.code ?? 'none', late, after: next.result ?? next.error?.message }
  }, lie)
}

test('a worker that tells no lie is believed', async () => {
  expect(await told('honest')).toMatchObject({ code: 'none', after: 'done' })
})

test.each([
  ['an answer too early', 'BEDDEL_TIMEOUT'],
  ['answers nobody asked for', 'BEDDEL_PROTOCOL'],
  ['an unknown message', 'BEDDEL_PROTOCOL'],
  ['no array', 'BEDDEL_PROTOCOL'],
  ['a number for a text', 'BEDDEL_PROTOCOL'],
  ['an object for a text', 'BEDDEL_PROTOCOL'],
  ['a second greeting', 'BEDDEL_PROTOCOL'],
  ['a call twice', 'BEDDEL_PROTOCOL'],
  ['an ending that is none of a guest’s', 'BEDDEL_PROTOCOL'],
  ['an ending that cannot be read', 'BEDDEL_PROTOCOL'],
  ['a result that cannot be read', 'BEDDEL_PROTOCOL'],
  ['a result of another version', 'BEDDEL_PROTOCOL'],
  ['a thrown thing that is none', 'BEDDEL_GUEST_THROWN'],
  ['a flood of lines', 'BEDDEL_PROTOCOL'],
  ['a flood of timers', 'BEDDEL_PROTOCOL'],
  ['a result too large', 'BEDDEL_PROTOCOL'],
  ['that it broke', 'BEDDEL_ENGINE_CRASHED'],
  ['silence', 'BEDDEL_TIMEOUT'],
  // Nothing tells a page that a worker ended itself.
  ['its own end', 'BEDDEL_TIMEOUT'],
  ['a hang', 'BEDDEL_TIMEOUT'],
])('%s ends in %s, and the next run is served', async (lie, code) => {
  const { late, after, ...seen } = await told(lie)
  expect({ code: seen.code, after }).toEqual({ code, after: 'done' })
  expect(late).toBeLessThan(1_000)
})
