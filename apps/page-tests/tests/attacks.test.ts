import { GRACE_MS, STALL_MS } from '@beddel/conformance/kit'
import { afterAll, describe, expect, test } from 'vitest'
import type { Kit } from '../pages/kit.ts'
import { KitPages } from '../src/kit-page.ts'
import { waitClock } from '../src/renderer.ts'

declare const kit: Kit

const TEN_MINUTES = 600_000
/** Pages at the same time. */
const PAGES = 2

type Came = Awaited<ReturnType<Kit['attack']>>

/** What is against a declared property, without what a page that waited `ms` for a processor looks like. */
function breaches({ against, figures = { stallMs: 0, latestMs: 0, memoryGrowthBytes: 0 } }: Came, ms: number): string[] {
  return against.filter(
    (what) =>
      !(what.startsWith('stall:') && figures.stallMs - ms <= STALL_MS) &&
      !(what.startsWith('settle-time: a run settled') && figures.latestMs - ms <= GRACE_MS),
  )
}

describe.each(['browser', 'quickjs'])('%s in a page', (engine) => {
  let pages: KitPages | undefined
  afterAll(() => pages?.close())

  test('it holds what it declares against every attack', { timeout: TEN_MINUTES }, async () => {
    pages = await KitPages.open(engine)
    const opened = [await pages.page()]
    const { attacks } = await KitPages.lists(opened[0] as (typeof opened)[0])
    while (opened.length < PAGES) opened.push(await pages.page())
    const clocks: Awaited<ReturnType<typeof waitClock>>[] = []
    for (const page of opened) clocks.push(await waitClock(page))

    const left = [...attacks]
    const counts: Record<string, number> = {}
    const wrong: string[] = []
    await Promise.all(
      opened.map(async (page, i) => {
        const waited = clocks[i] as () => number
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
          const before = waited()
          const came = await page.evaluate((each) => kit.attack(each), id)
          const against = breaches(came, waited() - before)
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
