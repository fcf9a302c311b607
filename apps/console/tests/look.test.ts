import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PlaygroundServer } from '../server/playground-server.ts'
import { staticFiles } from '../server/static-files.ts'
import { DIST, launchChromium, openPage, screenshot, startPlayground } from './support/playground.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let server: PlaygroundServer

beforeAll(async () => {
  ;[browser, server] = await Promise.all([launchChromium(), startPlayground()])
})
afterAll(() => Promise.all([browser.close(), server[Symbol.asyncDispose]()]))

const open = async (options: BrowserContextOptions = {}): Promise<Page> => (await openPage(browser, server.address, options)).page

async function runExample(page: Page, title: string, ending: RegExp): Promise<void> {
  await page.getByLabel('Example').selectOption({ label: title })
  await page.getByRole('button', { name: /^Run/ }).click()
  await page.getByRole('status').filter({ hasText: ending }).waitFor({ timeout: 15_000 })
}

/** What axe finds, in one line each: contrast, names, roles. */
async function accessProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate<string[]>(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 120))))`)
}

const LOOKS: [name: string, options: BrowserContextOptions][] = [
  ['wide-light', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }],
  ['wide-dark', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
  ['middle-light', { viewport: { width: 1000, height: 800 }, colorScheme: 'light' }],
  ['phone-light', { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true, isMobile: true }],
  ['phone-dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true, isMobile: true }],
]

describe.each(LOOKS)('%s', (name, options) => {
  test('can be read, and nothing sticks out', async () => {
    const page = await open(options)
    await page.getByRole('group', { name: 'On this machine' }).getByText('takes isolated-vm').waitFor()
    expect(await accessProblems(page)).toEqual([])
    await runExample(page, 'Call host functions', /^Run 1: a value/)
    await screenshot(page, `${name}-value`)
    await runExample(page, 'Never settle', /^Run 2: BEDDEL_TIMEOUT/)
    expect(await accessProblems(page)).toEqual([])
    await screenshot(page, `${name}-error`)
    await screenshot(page, `${name}-whole`, true)
    const [content, window] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]')
    expect(content).toBeLessThanOrEqual(window)
    await page.context().close()
  })
})

test('on a phone the result comes into view', async () => {
  const page = await open({ viewport: { width: 390, height: 844 } })
  await runExample(page, 'Call host functions', /^Run 1: a value/)
  await expect.poll(() => page.evaluate<number>("document.querySelector('.result').getBoundingClientRect().top")).toBeLessThan(500)
  await page.context().close()
})

test('the theme follows the system until it is chosen, and is kept', async () => {
  const page = await open({ colorScheme: 'dark' })
  const paper = (): Promise<string> => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const theme = page.getByRole('button', { name: /^Theme/ })
  const dark = await paper()
  await theme.click()
  const light = await paper()
  expect(light).not.toBe(dark)
  await page.reload()
  await theme.waitFor()
  expect([await paper(), await theme.innerText()]).toEqual([light, '☼ Light'])
  await theme.click()
  expect(await paper()).toBe(dark)
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await paper()).toBe(dark)
  await theme.click()
  expect(await paper()).toBe(light)
  await page.context().close()
})

describe('by keyboard', () => {
  /** What has the focus, by its name, and whether one can see that. */
  const focused = (page: Page): Promise<{ name: string; visible: boolean }> =>
    page.evaluate(`(() => {
      let element = document.activeElement
      const host = element
      while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
      const labels = element.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.innerText).join(' ')
      const name = element.ariaLabel ?? labels ?? (element.labels?.[0] ?? element).innerText
      const shown = (one) => getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none'
      return { name: name.trim().split('\\n')[0], visible: shown(element) || shown(host.closest('.panel') ?? host) || shown(host.nextElementSibling ?? host) }
    })()`)

  test('the focus goes from the head to the code, the engine, the limits and the result, and can be seen', async () => {
    const page = await open()
    await page.getByRole('group', { name: 'On this machine' }).getByText('takes isolated-vm').waitFor()
    const names: string[] = []
    for (let i = 0; i < 22; i++) {
      await page.keyboard.press('Tab')
      const { name, visible } = await focused(page)
      expect([name, visible]).toEqual([name, true])
      names.push(name)
    }
    const order = [
      'Example',
      'Run',
      '× 20',
      'Stop',
      'Share',
      'Theme',
      'JavaScript',
      'web APIs',
      'Code',
      'Input',
      'Host functions',
      'Automatic',
    ]
    const limits = ['timeoutMs', 'memoryBytes', 'operations', 'hostCalls', 'sourceBytes', 'inputBytes', 'resultBytes', 'logBytes']
    const found = [...order, ...limits, 'Console'].map((start) => names.findIndex((name) => name.startsWith(start)))
    expect(found).not.toContain(-1)
    expect(found).toEqual(found.toSorted((a, b) => a - b))
    await page.context().close()
  })

  test('Ctrl+Enter runs from the editor, and Escape stops', async () => {
    const page = await open()
    await page.getByLabel('Example').selectOption({ label: 'Never stop' })
    await page.getByRole('textbox', { name: 'timeoutMs' }).fill('20000')
    await page.getByRole('textbox', { name: 'Code' }).focus()
    const before = await page.getByRole('textbox', { name: 'Code' }).innerText()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('log').getByText('and on and on').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('status').filter({ hasText: 'BEDDEL_ABORTED' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Code' }).innerText()).toBe(before)
    await page.context().close()
  })
})

describe('as a folder on any server, without headers of ours', () => {
  const files = staticFiles(DIST)
  let plain: Server
  beforeAll(async () => {
    plain = createServer(({ url = '/' }, response) => {
      const file = files.get(url.replace('/below', '').replace(/\/$/, '/index.html'))
      if (file === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': file.type }).end(file.body)
    })
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
  })
  afterAll(() => void plain.close())

  test('it has the engines of the page, and offers no others', async () => {
    const { page, problems, strangers } = await openPage(browser, `http://127.0.0.1:${(plain.address() as AddressInfo).port}/below/`)
    expect(await page.locator('fieldset legend').allInnerTexts()).toEqual(['In this page'])
    await runExample(page, 'Call host functions', /^Run 1: a value on browser/)
    await runExample(page, 'Eat memory', /^Run 2: BEDDEL_MEMORY_LIMIT on quickjs/)
    const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'BEDDEL_MEMORY_LIMIT' }).click()])
    await opened.getByRole('heading', { name: 'BEDDEL_MEMORY_LIMIT', level: 1 }).waitFor()
    expect([problems, strangers]).toEqual([[], []])
    await page.context().close()
  })
})
