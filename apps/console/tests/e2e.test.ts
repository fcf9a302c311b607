import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PlaygroundServer } from '../server/playground-server.ts'
import { launchChromium, openPage, screenshot, startPlayground, type Watched } from './support/playground.ts'

let browser: Browser
let server: PlaygroundServer
let watched: Watched
let page: Page

// One page for all, as one reader has it.
beforeAll(async () => {
  ;[browser, server] = await Promise.all([launchChromium(), startPlayground()])
  watched = await openPage(browser, server.address)
  page = watched.page
})
afterAll(() => Promise.all([browser.close(), server[Symbol.asyncDispose]()]))
afterEach(() => {
  // Of every test: nothing came from elsewhere, and nothing failed unseen.
  expect([watched.strangers, watched.problems]).toEqual([[], []])
})

const status = () => page.getByRole('status')
const example = (title: string) => page.getByLabel('Example').selectOption({ label: title })
const code = () => page.getByRole('textbox', { name: 'Code' })
const result = () => page.locator('.result')
const place = (name: string) => page.getByRole('group', { name })
/** Chooses an engine by its place and name, once it was looked at. */
const choose = (where: string, name: string) =>
  place(where)
    .getByRole('radio', { name: new RegExp(`^${name}`) })
    .check()

async function write(text: string): Promise<void> {
  await code().click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Runs so far. */
let number = 0

async function ended(which: number): Promise<string> {
  await status()
    .filter({ hasText: new RegExp(`^Run ${which}: `) })
    .waitFor({ timeout: 20_000 })
  return status().innerText()
}

/** Runs what is in the editor and waits for its end; gives what the status says. */
async function run(): Promise<string> {
  await page.getByRole('button', { name: /^Run/ }).click()
  return ended(++number)
}

const ENGINES = [
  ['In this page', 'browser'],
  ['In this page', 'quickjs'],
  ['On this machine', 'isolated-vm'],
  ['On this machine', 'quickjs'],
] as const

describe.each(ENGINES)('%s, %s', (where, engine) => {
  beforeAll(() => choose(where, engine))

  test('transforms a data set', async () => {
    await example('Transform a data set')
    expect(await run()).toMatch(new RegExp(`: a value on ${engine} in `))
    expect(await result().innerText()).toContain('closest: [')
    expect(await page.getByRole('log').innerText()).toContain('129 airports, 8256 pairs')
  })

  test('calls host functions, and shows them', async () => {
    await example('Call host functions')
    await run()
    expect(await result().innerText()).toContain('total: 19.9')
    const log = await page.getByRole('log').innerText()
    expect(log).toContain('prices.of("coffee") → 6.5')
    expect(log).toContain('prices.of("caviar") threw no price for "caviar"')
    expect(log).toContain('HostFunctionError BEDDEL_HOST_FUNCTION_FAILED')
  })

  test('lets nothing out', async () => {
    await example('Reach the host')
    await run()
    const value = await page.getByLabel('Value', { exact: true }).innerText()
    const found = value.split('\n').filter((line) => /^ {2}\S/.test(line) && !line.includes(': "✗ '))
    expect(found.map((line) => line.split(':')[0])).toEqual(['  "stack of the host"', '  "prototype of what came in"'])
  })

  test('takes TypeScript', async () => {
    await example('TypeScript')
    await run()
    expect(await result().innerText()).toMatch(/good: \[1\],\s+bad: \[/)
  })

  test('ends a guest that never stops, while the page goes on', async () => {
    await example('Never stop')
    await page.evaluate(() => {
      const count = (): void => {
        Object.assign(globalThis, { turns: ((globalThis as { turns?: number }).turns ?? 0) + 1 })
        setTimeout(count, 20)
      }
      count()
    })
    expect(await run()).toContain('BEDDEL_TIMEOUT')
    // A second of 20 ms steps, on a machine that may be busy.
    expect(await page.evaluate('globalThis.turns')).toBeGreaterThan(10)
  })

  test('is stopped by the button', async () => {
    await write("console.log('begun'); for (;;);")
    await page.getByRole('button', { name: /^Run/ }).click()
    await page.getByRole('log').getByText('begun').waitFor()
    await page.getByRole('button', { name: /^Stop/ }).click()
    expect(await ended(++number)).toContain('BEDDEL_ABORTED')
    await write('6 * 7')
    expect(await run()).toContain('a value')
  })
})

test('a console arrives while its guest runs', async () => {
  await example('Stream a console')
  await page.getByRole('button', { name: /^Run/ }).click()
  await page.getByRole('log').getByText('1/4 read').waitFor()
  expect(await status().innerText()).toBe('Running …')
  await page.getByRole('log').getByText('4/4 write').waitFor()
  expect(await ended(++number)).toContain('a value')
})

test('a stated memory limit chooses the engine of the page that holds it, and it holds', async () => {
  await choose('In this page', 'Automatic')
  await example('Eat memory')
  await place('In this page').getByText('takes quickjs').waitFor()
  expect(await run()).toContain('BEDDEL_MEMORY_LIMIT on quickjs')
  await screenshot(page, 'memory-limit')
})

test('an option that an engine cannot honour is an error that names it', async () => {
  await choose('In this page', 'browser')
  await example('Eat memory')
  expect(await run()).toContain('BEDDEL_')
  expect(await result().innerText()).toContain('memoryBytes')
})

test('what cannot be chosen is listed with its reason, and is no choice', async () => {
  const others = place('On this machine').getByText('engines more, not to be chosen here')
  await others.click()
  expect(await place('On this machine').innerText()).toMatch(/worker no boundary.*\n*.*vm2 /s)
  expect(await page.getByRole('radio', { name: /worker|vm2/ }).count()).toBe(0)
})

test('an error names its code, and links to its page here', async () => {
  await example('Forge a timeout')
  expect(await run()).toContain('BEDDEL_GUEST_THROWN')
  expect(await result().innerText()).toContain('code: "BEDDEL_TIMEOUT"')
  const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'BEDDEL_GUEST_THROWN' }).click()])
  await opened.getByRole('heading', { name: 'BEDDEL_GUEST_THROWN', level: 1 }).waitFor()
  expect(opened.url()).toBe(`${server.address}docs/errors/BEDDEL_GUEST_THROWN.html`)
  await screenshot(opened, 'error-page')
})

test('a syntax error is marked where it is', async () => {
  await example('Break the syntax')
  expect(await run()).toContain('BEDDEL_GUEST_SYNTAX')
  expect(await page.locator('.code .cm-lintRange-error').count()).toBe(1)
  await code().click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.insertText('\n// not what ran any more')
  await run()
  await screenshot(page, 'syntax-error')
})

test('a flood is cut, and what was dropped is counted', async () => {
  await example('Flood the console')
  await run()
  expect(await page.locator('.lines li').count()).toBeLessThanOrEqual(501)
  expect(await page.locator('.console').innerText()).toMatch(/earlier lines are not shown/)
  expect(await page.locator('.console').innerText()).toMatch(/lines beyond logBytes were dropped/)
})

test('twenty runs draw a chart, with its figures as a table', async () => {
  await page.getByRole('button', { name: 'Forget the runs' }).click()
  await example('Transform a data set')
  for (const [where, engine] of [ENGINES[0], ENGINES[2]]) {
    await choose(where, engine)
    await page.getByRole('button', { name: '× 20' }).click()
    await ended((number += 20))
  }
  expect(await page.getByRole('row').allInnerTexts()).toEqual([
    expect.stringContaining('engine'),
    expect.stringMatching(/page:browser\s+20\s+0/),
    expect.stringMatching(/node:isolated-vm\s+20\s+0/),
  ])
  expect(await page.locator('.chart canvas').count()).toBe(1)
  await screenshot(page, 'latency')
})

test('mistakes are said where they are made, and nothing runs', async () => {
  const before = await result().innerText()
  await page.getByRole('textbox', { name: 'timeoutMs' }).fill('soon')
  await page.getByRole('button', { name: /^Run/ }).click()
  expect(await status().innerText()).toContain('timeoutMs must be a whole number')
  expect(await page.getByRole('textbox', { name: 'timeoutMs' }).getAttribute('aria-invalid')).toBe('true')
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('textbox', { name: 'Input, JSON' }).click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText('{ no json')
  await page.getByRole('button', { name: /^Run/ }).click()
  expect(await status().innerText()).toContain('the input is no JSON')
  expect(await result().innerText()).toBe(before)
})

test('limits that no engine can take are said by each place', async () => {
  await page.getByRole('textbox', { name: 'timeoutMs' }).fill('0')
  const says = /BEDDEL_INVALID_OPTION: options\.timeoutMs must be from 1/
  await place('In this page').getByText(says).waitFor()
  await place('On this machine').getByText(says).waitFor()
  await page.getByRole('textbox', { name: 'timeoutMs' }).fill('')
  await place('On this machine').getByText('takes isolated-vm').waitFor()
})

describe('a link', () => {
  test('brings all of it back, in the fragment, and runs nothing', async () => {
    await example('TypeScript')
    await write('export default input.length // ünïcode')
    await page.getByLabel('web APIs').check()
    await page.getByRole('textbox', { name: 'memoryBytes' }).fill('64M')
    await choose('On this machine', 'quickjs')
    await page.getByRole('button', { name: 'Share' }).click()
    await page.waitForURL(/#v1\./)
    const link = page.url()
    expect(link.split('#')[0]).toBe(server.address)

    const other = await openPage(browser, link)
    const there = other.page
    expect(await there.getByRole('textbox', { name: 'Code' }).innerText()).toBe('export default input.length // ünïcode')
    expect(await there.getByRole('textbox', { name: 'Input, JSON' }).innerText()).toContain('ada@example.com')
    expect(await there.getByRole('radio', { name: 'TypeScript' }).isChecked()).toBe(true)
    expect(await there.getByLabel('web APIs').isChecked()).toBe(true)
    expect(await there.getByRole('textbox', { name: 'memoryBytes' }).inputValue()).toBe('64M')
    await there
      .getByRole('group', { name: 'On this machine' })
      .getByRole('radio', { name: /^quickjs/, checked: true })
      .waitFor()
    expect(await there.getByRole('status').innerText()).toBe('Opened from a link. Read it before you run it.')
    expect(await there.locator('.result').innerText()).toContain('What the guest gives')
    expect([other.strangers, other.problems]).toEqual([[], []])
    await there.context().close()
  })

  test('that names an engine without a boundary does not choose it', async () => {
    const { fragmentOf } = await import('../src/share.ts')
    const draft = { code: '1', language: 'js', input: '', engine: 'node:worker', limits: {}, web: false } as const
    const other = await openPage(browser, `${server.address}#${await fragmentOf(draft)}`)
    await other.page.getByRole('status').filter({ hasText: 'worker cannot be chosen here' }).waitFor()
    expect(
      await other.page
        .getByRole('group', { name: 'On this machine' })
        .getByRole('radio', { name: /^Automatic/ })
        .isChecked(),
    ).toBe(true)
    await other.page.context().close()
  })

  test('does not choose one even where its reader may', async () => {
    await using trusting = await startPlayground(true)
    const { fragmentOf } = await import('../src/share.ts')
    const draft = { code: '6 * 7', language: 'js', input: '', engine: 'node:worker', limits: {}, web: false } as const
    const other = await openPage(browser, `${trusting.address}#${await fragmentOf(draft)}`)
    const group = other.page.getByRole('group', { name: 'On this machine' })
    await other.page.getByRole('status').filter({ hasText: 'worker has no boundary, and a link cannot choose it' }).waitFor()
    expect(await group.getByRole('radio', { name: /^Automatic/ }).isChecked()).toBe(true)
    await group.getByRole('radio', { name: /^worker/ }).check()
    await other.page.getByRole('button', { name: /^Run/ }).click()
    await other.page.getByRole('status').filter({ hasText: 'Run 1: a value on worker' }).waitFor()
    await other.page.context().close()
  })

  test.each(['page:none', 'page:quickjs:more', 'page:', 'nowhere', 'nowhere:quickjs'])(
    'that names %s leaves the choice automatic',
    async (engine) => {
      const { fragmentOf } = await import('../src/share.ts')
      await choose('On this machine', 'quickjs')
      const draft = { code: '1', language: 'js', input: '', engine, limits: {}, web: false } as const
      await page.evaluate(`location.hash = '${await fragmentOf(draft)}'`)
      await status().filter({ hasText: 'cannot be chosen here: the choice is automatic now.' }).waitFor()
      expect(await page.getByRole('radio', { checked: true, name: /^Automatic/ }).count()).toBe(1)
      const automatic = place('In this page').getByRole('radio', { name: /^Automatic/ })
      expect(await automatic.isChecked()).toBe(true)
    },
  )

  test('whose code has characters that nobody sees shows them', async () => {
    const { fragmentOf } = await import('../src/share.ts')
    const unseen = [...range(0x200b, 0x200f), ...range(0x202a, 0x202e), ...range(0x2066, 0x2069), 0x2060, 0x3164, 0xfeff, 0xe0041]
    const code = unseen.map((point) => `/*${String.fromCodePoint(point)}*/`).join('\n')
    const draft = { code, language: 'js', input: JSON.stringify('\u202e'), engine: 'page', limits: {}, web: false } as const
    await page.evaluate(`location.hash = '${await fragmentOf(draft)}'`)
    // The link before this one said the same in the status line.
    await page
      .locator('.code .cm-specialChar')
      .nth(unseen.length - 1)
      .waitFor()
    const shown = unseen.map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`)
    expect(await page.locator('.code .cm-specialChar').allInnerTexts()).toEqual(shown)
    expect(await page.locator('.cm-specialChar').last().innerText()).toBe('U+202E')
    await screenshot(page, 'unseen-characters')
  })

  test('that is opened during a run leaves the ending of that run', async () => {
    const { fragmentOf } = await import('../src/share.ts')
    await choose('In this page', 'browser')
    await write("console.log('begun'); for (;;);")
    await page.getByRole('button', { name: /^Run/ }).click()
    await page.getByRole('log').getByText('begun').waitFor()
    const draft = { code: '2', language: 'js', input: '', engine: 'page', limits: {}, web: false } as const
    await page.evaluate(`location.hash = '${await fragmentOf(draft)}'`)
    await code().getByText('2').waitFor()
    await page.getByRole('button', { name: /^Stop/ }).click()
    expect(await ended(++number)).toMatch(/BEDDEL_ABORTED.*Opened from a link/)
    expect(await run()).toMatch(/a value on \w+ in [^.]*\.?[^.]*\.$/)
  })

  test('of another version says so', async () => {
    await page.evaluate("location.hash = '#v2.AAAA'")
    await status().filter({ hasText: 'another version' }).waitFor()
  })

  test('that is damaged says so', async () => {
    await page.evaluate("location.hash = '#v1.AAAA'")
    await status().filter({ hasText: 'This link is damaged' }).waitFor()
  })
})
