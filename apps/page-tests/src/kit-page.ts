import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import type { Kit } from '../pages/kit.ts'
import { bundlePage } from './bundle.ts'
import { launchChromium, openPage, Site } from './chromium.ts'

declare const kitOf: (engine: string) => Kit
declare const kit: Kit
declare const trapSprung: (name: string) => void

/** Some attacks hand out shared memory, which a page has only where it keeps apart from others. */
const HEADERS = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** Pages with the conformance kit over one engine. */
export class KitPages {
  readonly engine: string
  readonly #browser: Browser
  readonly #site: Site

  private constructor(engine: string, browser: Browser, site: Site) {
    this.engine = engine
    this.#browser = browser
    this.#site = site
  }

  static async open(engine: string): Promise<KitPages> {
    const bundle = await bundlePage('kit')
    const [browser, site] = await Promise.all([launchChromium(), new Site(bundle, 'kit', HEADERS).open()])
    return new KitPages(engine, browser, site)
  }

  async page(): Promise<Page & { problems: string[] }> {
    const context = await this.#browser.newContext()
    const traps = new Map<string, Server>()
    await context.exposeBinding('openTrap', async ({ page }, name: string) => {
      const server = createServer((_request, response) => {
        response.end()
        void page.evaluate((sprung) => trapSprung(sprung), name)
      })
      traps.set(name, server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return (server.address() as AddressInfo).port
    })
    await context.exposeBinding('closeTrap', (_source, name: string) => {
      traps.get(name)?.closeAllConnections()
      traps.get(name)?.close()
      traps.delete(name)
    })
    const page = await openPage(context, this.#site)
    await page.evaluate((engine) => Object.assign(globalThis, { kit: kitOf(engine) }) && undefined, this.engine)
    return page
  }

  /** What the kit has to perform. */
  static lists(page: Page): Promise<{ tests: string[]; attacks: string[] }> {
    return page.evaluate(() => ({ tests: kit.tests, attacks: kit.attacks }))
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#site.close()
  }
}
