import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../../scripts/find-chromium.mjs'
import type { Bundle } from './bundle.ts'

/** Chromium has a sandbox of its own, which root cannot have. */
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export function launchChromium(more: string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('There is no Chromium here: run node scripts/ensure-chromium.mjs')
  return chromium.launch({ executablePath, args: [...flags, ...more] })
}

type More = (request: IncomingMessage, response: ServerResponse) => boolean

/** A site on loopback: an empty page that loads `script`, and the files of a bundle. */
export class Site {
  #server: Server | undefined
  port = 0
  /** Paths that were asked for and are none of the site's. */
  readonly strangers: string[] = []

  readonly bundle: Bundle
  readonly script: string
  readonly headers: Record<string, string>
  readonly more: More

  /** `headers` are the page's own; `more` answers what is none of the bundle's files, or gives `false`. */
  constructor(bundle: Bundle, script: string, headers: Record<string, string> = {}, more: More = () => false) {
    this.bundle = bundle
    this.script = script
    this.headers = headers
    this.more = more
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  async open(): Promise<this> {
    const server = createServer((request, response) => this.#answer(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.port = (server.address() as AddressInfo).port
    return this
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?')[0] as string
    const file = this.bundle.files.get(path.slice(1))
    if (path === '/') {
      for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value)
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(`<!doctype html><title>page</title><body><script type="module" src="/${this.script}.js"></script>`)
    } else if (file !== undefined) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8')
      response.end(file)
    } else if (!this.more(request, response)) {
      if (path !== '/favicon.ico') this.strangers.push(path)
      response.statusCode = 404
      response.end()
    }
  }
}

/** A page of a site, in a context of its own, with what it complained of. */
export async function openPage(browser: Browser | BrowserContext, site: Site): Promise<Page & { problems: string[] }> {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('crash', () => problems.push('the page crashed'))
  await page.goto(site.url)
  await page.waitForFunction('globalThis.ready === true')
  return Object.assign(page, { problems })
}
