import type { ExecutorProvider } from '@beddel/core'
import { expect, test } from 'vitest'

const PAGE = new URL('../dist/page/page.js', import.meta.url).href

// Node has no document either, as a worker of a page has none.
test('without a document the advice is about that, and about no policy', async () => {
  const { quickJsProvider } = (await import(PAGE)) as { quickJsProvider: ExecutorProvider }
  const { usable, reason, fix } = await quickJsProvider.probe()
  expect({ usable, reason, fix }).toEqual({
    usable: false,
    reason: 'there is no document here',
    fix: 'Use it in a web page; elsewhere another engine serves',
  })
})
