import { afterAll, describe, expect, test } from 'vitest'
import type { Kit } from '../pages/kit.ts'
import { KitPages } from '../src/kit-page.ts'

declare const kit: Kit

for (const engine of ['browser', 'quickjs']) {
  const pages = await KitPages.open(engine)
  const page = await pages.page()
  const { tests } = await KitPages.lists(page)

  describe(`${engine} in a page`, () => {
    afterAll(async () => {
      await page.evaluate(() => kit.close())
      // What a guest throws and nobody catches is told to the driver as the page's; the kit watches the page's own.
      await pages.close()
    })
    test('there are tests', () => expect(tests.length).toBeGreaterThan(400))
    test.each(tests)('%s', async (id) => {
      const { passed, why } = await page.evaluate((each) => kit.test(each), id)
      expect(passed, why).toBe(true)
    })
  })
}
