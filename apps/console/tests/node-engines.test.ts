import { afterAll, describe, expect, test } from 'vitest'
import { NodeEngines } from '../server/node-engines.ts'
import type { Line, RunOrder } from '../src/runner.ts'

const order = (code: string, more: Partial<RunOrder> = {}): RunOrder => ({ code, language: 'js', limits: {}, web: false, ...more })
const never = new AbortController().signal

describe('without trust', () => {
  const engines = new NodeEngines(false)
  afterAll(() => engines.dispose())

  test('the automatic choice has a boundary', async () => {
    const { chosen, engines: all } = await engines.explain({ limits: {}, web: false })
    expect(all.find(({ engine }) => engine === chosen)).toMatchObject({ usable: true, boundary: true })
  })

  test.each(['worker', 'vm2'])('%s is refused, whoever names it', async (engine) => {
    await expect(engines.run(order('1', { engine }), () => {}, never)).rejects.toMatchObject({ code: 'BEDDEL_TRUST_FLOOR' })
  })

  test.each(['isolated-vm', 'quickjs'])('%s runs, with host functions and a console', async (engine) => {
    const lines: Line[] = []
    const code = "console.log('a'); return await prices.of('tea')"
    const ending = await engines.run(order(code, { engine }), (line) => lines.push(line), never)
    expect(ending).toMatchObject({ result: '4.2', engine, placement: 'process' })
    expect(lines.map(({ level, text }) => `${level} ${text}`)).toEqual(['log a', 'call prices.of("tea") → 4.2'])
  })

  test('what a host function threw is in the console for the reader, and not in the guest', async () => {
    const lines: Line[] = []
    const code = "try { await prices.of('caviar') } catch (e) { return e.message }"
    const { result } = await engines.run(order(code), (line) => lines.push(line), never)
    expect(result).toBe('"prices.of failed"')
    expect(lines.map(({ text }) => text)).toEqual(['prices.of("caviar") threw no price for "caviar"'])
  })

  test('stated limits hold', async () => {
    const { error } = await engines.run(order('for (;;);', { limits: { timeoutMs: 100 } }), () => {}, never)
    expect(error).toMatchObject({ code: 'BEDDEL_TIMEOUT', origin: 'limit', started: true })
  })

  test('a guest that is stopped is killed', async () => {
    const stop = new AbortController()
    const code = "console.log('begun'); for (;;);"
    const { error, durationMs } = await engines.run(order(code, { limits: { timeoutMs: 20_000 } }), () => stop.abort(), stop.signal)
    expect(error?.code).toBe('BEDDEL_ABORTED')
    expect(durationMs).toBeLessThan(10_000)
  })

  test('more guests at a time than there may be are refused', async () => {
    const stop = new AbortController()
    const some = Array.from({ length: 4 }, () => engines.run(order('await sleep(2000)'), () => {}, stop.signal))
    await expect(engines.run(order('1'), () => {}, never)).rejects.toMatchObject({ code: 'BEDDEL_BUSY', retryable: true })
    stop.abort()
    await Promise.all(some)
    expect((await engines.run(order('1'), () => {}, never)).result).toBe('1')
  })
})

describe('with trust', () => {
  const engines = new NodeEngines(true)
  afterAll(() => engines.dispose())

  test('an engine without a boundary can be named', async () => {
    expect(await engines.run(order('6 * 7', { engine: 'worker' }), () => {}, never)).toMatchObject({ result: '42', engine: 'worker' })
  })
})
