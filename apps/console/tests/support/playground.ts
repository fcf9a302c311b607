import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../../../scripts/find-chromium.mjs'
import { NodeEngines } from '../../server/node-engines.ts'
import { PlaygroundServer } from '../../server/playground-server.ts'
import { staticFiles } from '../../server/static-files.ts'

export const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const SCREENSHOTS = fileURLToPath(new URL('../../screenshots', import.meta.url))
/** Chromium has a sandbox of its own, which root cannot have. */
const FLAGS = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('There is no Chromium here: run node scripts/ensure-chromium.mjs')
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] })
}

/** A guest's frame forbids WebRTC by a directive that browsers do not all know yet, and this one says so for each frame. */
const UNKNOWN_DIRECTIVE = "Unrecognized Content-Security-Policy directive 'webrtc'."

/** The playground as `pnpm playground` serves it, on a port of its own. */
export const startPlayground = (trusted = false): Promise<PlaygroundServer> =>
  PlaygroundServer.start({ files: staticFiles(DIST), engines: new NodeEngines(trusted), port: 0 })

/** What a page did that it may not do. */
export interface Watched {
  page: Page
  /** Requests to anywhere but its own origin. */
  strangers: string[]
  /** Errors that it threw or that its console shows, what its policy blocked among them. */
  problems: string[]
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const { origin } = new URL(url)
  const watched: Watched = { page, strangers: [], problems: [] }
  page.on('request', (request) => {
    const to = request.url()
    // A guest's worker, made inside its frame.
    if (!to.startsWith(`${origin}/`) && !to.startsWith('blob:')) watched.strangers.push(to)
  })
  // Blocked by a policy, before anything left: what a guest that imports comes to.
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') watched.strangers = watched.strangers.filter((to) => to !== request.url())
  })
  page.on('pageerror', (error) => watched.problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && message.text() !== UNKNOWN_DIRECTIVE) watched.problems.push(message.text())
  })
  await page.goto(url)
  await page.getByRole('radio').first().waitFor()
  return watched
}

/** Kept for people to look at, outside git. */
export async function screenshot(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage, animations: 'disabled' })
}
