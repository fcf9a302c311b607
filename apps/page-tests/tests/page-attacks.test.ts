import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hostile, Seen } from '../pages/hostile.ts'
import { bundlePage } from '../src/bundle.ts'
import { launchChromium, openPage, Site } from '../src/chromium.ts'
import { PAGE_ATTACKS, type PageBait } from '../src/page-attacks.ts'
import { Traps } from '../src/traps.ts'

declare const attack: Hostile['attack']
declare const openFrame: Hostile['openFrame']
declare const seen: Hostile['seen']

const SHARED = `onconnect = ({ ports: [port] }) => {
  all.push(port)
  port.onmessage = ({ data }) => { for (const one of all) one.postMessage(data) }
}
const all = []`

let browser: Browser
let site: Site
let traps: Traps

beforeAll(async () => {
  const bundle = await bundlePage('hostile')
  site = await new Site(bundle, 'hostile', {}, (request, response) => {
    const path = (request.url ?? '').split('?')[0]
    if (path !== '/empty' && path !== '/sw.js' && path !== '/shared.js') return false
    response.setHeader('content-type', path === '/empty' ? 'text/html' : 'text/javascript')
    response.end(path === '/shared.js' ? SHARED : path === '/empty' ? '<!doctype html><body>' : '')
    return true
  }).open()
  traps = await new Traps().open()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await site.close()
  traps.close()
})

interface Opened {
  context: BrowserContext
  page: Page
  url: string
}

/** Pages in which one attack after another is performed, each with secrets and words of its own: one for each way. */
const lasting = new Map<How, Opened>()

async function pageFor(how: How): Promise<Opened> {
  const known = lasting.get(how)
  if (known !== undefined && !known.page.isClosed() && known.page.url() === known.url) return known
  await known?.context.close()
  const context = await browser.newContext()
  const page = await openPage(context, site)
  // What an attack opens beside the page is nobody's.
  context.on(
    'page',
    (opened) =>
      void opened.waitForLoadState().then(
        () => opened.close(),
        () => {},
      ),
  )
  const opened = { context, page, url: page.url() }
  lasting.set(how, opened)
  return opened
}

/** Performs an attack; a sentence where it succeeded. */
async function perform(name: string, how: How): Promise<string | undefined> {
  const { in: where, code, oracle } = PAGE_ATTACKS[name] as (typeof PAGE_ATTACKS)[string]
  const word = (prefix: string): string => prefix + randomUUID().replaceAll('-', '')
  const path = word('trap')
  const secret = word('secret')
  const at = `127.0.0.1:${traps.port}/${path}`
  const bait: PageBait = { key: word('key'), marker: word('marker'), url: `http://${at}`, socket: `ws://${at}`, udp: traps.udpPort }
  const before = traps.datagrams
  const { page, url } = await pageFor(how)
  const performed =
    how === 'inside' && where === 'window' ? insideFrame(page, code, bait, secret) : anywhere(page, how, where, code, bait, secret)
  // A page that was navigated away has no answer to give.
  const saw = await performed.catch((error: unknown): Seen => ({ said: String(error), kept: false, messages: [] }))
  switch (oracle) {
    case 'secret':
      return saw.said.includes(secret) ? 'it saw the secret' : undefined
    case 'trap':
      return traps.caught(path) ? 'it reached the trap' : undefined
    case 'udp':
      return traps.datagrams > before ? 'a datagram reached the trap' : undefined
    case 'kept':
      return saw.kept ? 'it left something in the page’s storage' : undefined
    case 'message':
      return saw.messages.some((text) => text.includes(bait.marker)) ? 'its message reached the page' : undefined
    case 'navigation':
      return page.url() !== url || traps.caught(path) ? 'it navigated the page' : undefined
    case 'answer':
      return saw.said === '4242' ? 'its code was loaded' : undefined
  }
}

type How = Parameters<Hostile['attack']>[0]

function anywhere(page: Page, how: How, where: 'worker' | 'window', code: string, bait: PageBait, secret: string): Promise<Seen> {
  return page.evaluate(([h, w, c, b, s]) => attack(h, w, c, b, s), [how, where, code, bait, secret] as const)
}

/** In the sandboxed frame itself, where no guest ever is. */
async function insideFrame(page: Page, code: string, bait: PageBait, secret: string): Promise<Seen> {
  await page.evaluate(([b, s]) => openFrame(b, s), [bait, secret] as const)
  const sandbox = page.frames().find((frame) => frame.parentFrame() === page.mainFrame())
  if (sandbox === undefined) throw new Error('there is no sandboxed frame')
  const guest = sandbox.evaluate(`(async (bait) => {${code}\n})(${JSON.stringify(bait)}).then(String, (error) => 'threw ' + error)`)
  const said = String(await Promise.race([guest, new Promise((resolve) => setTimeout(resolve, 2_000, 'no answer'))]))
  return { ...(await page.evaluate((b) => seen(b), bait)), said }
}

describe.each(Object.keys(PAGE_ATTACKS))('%s', (name) => {
  test('succeeds in a plain worker or frame of the page', async () => {
    expect(await perform(name, 'control')).toBeDefined()
  })
  test.each(['browser', 'quickjs'] as const)('fails as a guest of %s', async (engine) => {
    expect(await perform(name, engine)).toBeUndefined()
  })
  if (PAGE_ATTACKS[name]?.anyFrame === true) {
    test('is what the sandboxed frame’s own window can do, where no guest is', async () => {
      expect(await perform(name, 'inside')).toBeDefined()
    })
  } else {
    test('fails inside the sandboxed frame, with everything that it has', async () => {
      expect(await perform(name, 'inside')).toBeUndefined()
    })
  }
})
