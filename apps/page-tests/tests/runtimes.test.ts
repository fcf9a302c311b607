import { expect, test } from 'vitest'
import { bundlePage } from '../src/bundle.ts'
import { launchChromium, openPage, Site } from '../src/chromium.ts'
import { runWith } from '../src/runtimes.ts'

test.each(['bun', 'deno'] as const)('under %s the adapter loads and runs guests in QuickJS', { timeout: 60_000 }, async (runtime) => {
  expect(JSON.parse(await runWith(runtime, 'adapter.mjs'))).toEqual({
    runtime,
    engine: 'quickjs',
    value: [3, [2, 4], 'undefined'],
    looped: 'BEDDEL_TIMEOUT',
    hungry: 'BEDDEL_MEMORY_LIMIT',
  })
})

interface Told {
  runtime: string
  code: string
  engines: { engine: string; usable: boolean; reason: string }[]
}

test('in a web worker the adapter loads, and says why no engine can be used there', async () => {
  const bundle = await bundlePage('in-worker')
  const browser = await launchChromium()
  const site = await new Site(bundle, 'in-worker').open()
  try {
    const page = await openPage(browser, site)
    const { runtime, code, engines } = await page.evaluate(() => (globalThis as unknown as { told: Promise<Told> }).told)
    expect({ runtime, code }).toEqual({ runtime: 'web-worker', code: 'BEDDEL_NO_ENGINE' })
    expect(engines.map(({ engine, usable }) => [engine, usable])).toEqual([
      ['browser', false],
      ['quickjs', false],
    ])
    for (const { reason } of engines) expect(reason).toContain('no document here')
    expect(page.problems).toEqual([])
  } finally {
    await browser.close()
    await site.close()
  }
})
