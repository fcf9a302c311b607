import { GRACE_MS, STALL_MS } from '@beddel/conformance/kit'
import { afterAll, describe, expect, test } from 'vitest'
import type { Came, Kit } from '../pages/kit.ts'
import { KitPages } from '../src/kit-page.ts'
import { threadClock, type ThreadTime } from '../src/renderer.ts'

declare const kit: Kit

const TEN_MINUTES = 600_000
/** Pages at the same time. */
const PAGES = 2

/**
 * What is against a declared property. A stall of the page counts as far as its main thread used a processor meanwhile, and
 * neither a stall nor a late settlement as far as that thread waited for one.
 */
function breaches({ against, figures = { stallMs: 0, latestMs: 0, memoryGrowthBytes: 0 } }: Came, had: ThreadTime | undefined): string[] {
  if (had === undefined) return against
  return against.filter(
    (what) =>
      !(what.startsWith('stall:') && Math.min(figures.stallMs - had.waited, had.used) <= STALL_MS) &&
      !(what.startsWith('settle-time: a run settled') && figures.latestMs - had.waited <= GRACE_MS),
  )
}

const since = (before: ThreadTime | undefined, now: ThreadTime | undefined): ThreadTime | undefined =>
  before && now && { used: now.used - before.used, waited: now.waited - before.waited }

describe.each(['browser', 'quickjs'])('%s in a page', (engine) => {
  let pages: KitPages | undefined
  afterAll(() => pages?.close())

  test('a page that is stalled is seen to be', async () => {
    pages = await KitPages.open(engine)
    const page = await pages.page()
    const clock = await threadClock(page)
    const before = clock?.()
    // Optimised, less than half of it took no longer than other threads of the page kept a processor for.
    const came = await page.evaluate(() => kit.stall(2e9))
    expect(breaches(came, since(before, clock?.())).join()).toContain('stall:')
    await pages.close()
  })

  test('it holds what it declares against every attack', { timeout: TEN_MINUTES }, async () => {
    pages = await KitPages.open(engine)
    const opened = [await pages.page()]
    const { attacks } = await KitPages.lists(opened[0] as (typeof opened)[0])
    while (opened.length < PAGES) opened.push(await pages.page())
    const clocks: Awaited<ReturnType<typeof threadClock>>[] = []
    for (const page of opened) clocks.push(await threadClock(page))

    const left = [...attacks]
    const counts: Record<string, number> = {}
    const wrong: string[] = []
    await Promise.all(
      opened.map(async (page, i) => {
        const clock = clocks[i]
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
          const before = clock?.()
          const came = await page.evaluate((each) => kit.attack(each), id)
          const against = breaches(came, since(before, clock?.()))
          const standing = came.standing === 'breached' && against.length === 0 ? 'held' : came.standing
          counts[standing] = (counts[standing] ?? 0) + 1
          if (standing === 'breached' || standing === 'fault') wrong.push(`${id} ${standing}: ${[...against, came.fault ?? ''].join('; ')}`)
        }
        // What a guest throws and nobody catches is told to the driver as the page's; the kit watches the page's own.
        await page.evaluate(() => kit.close())
      }),
    )
    console.log(`${engine} in a page: ${JSON.stringify(counts)}`)
    expect(wrong).toEqual([])
    expect(Object.values(counts).reduce((sum, n) => sum + n)).toBe(attacks.length)
  })
})
