import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { ALLOWED_GLOBALS, WEB_GLOBALS } from '@beddel/core/engine'
import { QuickJS } from 'quickjs-wasi'
import { afterAll, describe, expect, test } from 'vitest'
import { makeImage, startFrom } from '../src/image.js'
import { SCRIPT } from '../src/vm.js'
import { disposeAll, ending, executorIn, PLACEMENTS } from './executors.js'

afterAll(disposeAll)
const binary = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'))
const names = 'Object.getOwnPropertyNames(globalThis).sort().join()'

describe.each(PLACEMENTS)('%s', (placement) => {
  const executor = executorIn(placement)

  test('the guest’s globals are the allow-list', async () => {
    const expected = [...ALLOWED_GLOBALS.filter((name) => name !== 'Intl'), 'console'].sort().join()
    expect(ending(await executor.run(names))).toBe(expected)
    const web = executorIn(placement, { web: true })
    expect(ending(await web.run(names))).toBe([...expected.split(','), ...WEB_GLOBALS].sort().join())
  })

  test('two runs share neither state nor randomness', async () => {
    const source =
      'const seen = [globalThis.left, Array.prototype.left, Object.prototype.left]; globalThis.left = Array.prototype.left = Object.prototype.left = 1; return [seen, Array.from({ length: 8 }, Math.random)]'
    const runs = (await Promise.all([0, 1, 2, 3, 4].map(() => executor.run(source)))).map(({ result }) => result as [unknown[], number[]])
    for (const [seen] of runs) expect(seen).toEqual([undefined, undefined, undefined])
    expect(new Set(runs.flatMap(([, random]) => random)).size).toBe(40)
  })

  test.each([
    'eval("1")',
    '(0, globalThis.eval)("1")',
    'new Function("return 1")()',
    '(() => {}).constructor("return 1")()',
    '(async () => {}).constructor("return 1")()',
    '(function* () {}).constructor("return 1")()',
    '(async function* () {}).constructor("return 1")()',
    'Reflect.construct((() => {}).constructor, ["return 1"])()',
    'Object.getPrototypeOf(async () => {}).constructor("return 1")()',
    'class A extends (() => {}).constructor {}; new A("return 1")()',
  ])('no code from strings: %s', async (source) => {
    expect(ending(await executor.run(source))).toBe('BEDDEL_GUEST_THROWN')
  })

  test.each([
    'typeof process + typeof require + typeof module + typeof WebAssembly + typeof SharedArrayBuffer + typeof performance',
    'typeof console.log.constructor.constructor("return this")',
    'this.constructor.constructor("return process")()',
    'h.constructor("return process")()',
    'await h().constructor.constructor("return process")()',
    'try { await fail() } catch (e) { return e.constructor.constructor("return process")() }',
    'import.meta',
  ])('no way to the host: %s', async (source) => {
    const outcome = await executor.run(source, { hostFunctions: { h: () => 1, fail: () => Promise.reject(new Error('x')) } })
    expect([undefined, 'undefined'.repeat(6)]).toContain(outcome.result)
  })

  test('a stack’s frames do not hand out functions', async () => {
    const source = `
      const got = []
      Error.prepareStackTrace = (_, frames) => { got.push(...frames.map((frame) => frame.getFunction())); return '' }
      new Error('x').stack
      console.log({ get a() { null.x } })
      function caller() { return caller.caller }
      try { got.push(caller()) } catch {}
      return got.filter((x) => x !== null && x !== undefined).length`
    expect(ending(await executor.run(source))).toBe(0)
  })

  test('the text around a body cannot be closed from inside', async () => {
    for (const source of [
      '}); globalThis.pwned = 1; (async function(){',
      '}, globalThis.pwned = 1, function(){',
      '} + function(){',
      '}\nasync function _(){',
      '})})(function(){(async()=>{',
      '/*',
      '`',
    ]) {
      expect([source, ending(await executor.run(source, { form: 'body' }))]).toEqual([source, 'BEDDEL_GUEST_SYNTAX'])
    }
  })
})

test('control: a raw QuickJS does hand out the functions of a stack’s frames', async () => {
  const vm = await QuickJS.create({ wasm: await WebAssembly.compile(binary) })
  const got = vm.evalCode(
    'let n = 0; Error.prepareStackTrace = (_, frames) => { n = frames.filter((f) => f.getFunction() !== undefined).length }; (function secret() { new Error().stack })(); n',
  )
  expect(vm.dump(got)).toBeGreaterThan(0)
  vm.dispose()
})

test('control: cells of one image with one seed do share their randomness', () => {
  const module = new WebAssembly.Module(binary)
  const image = makeImage(module, { codegen: false, web: false })
  const host = { call: () => 0, interrupt: () => {}, resolve: () => 0, load: () => 0, clock: () => 0n, timezone: () => 0 }
  const random = (seed: bigint) => {
    const vm = startFrom(image, module, host, 2 ** 24, seed)
    return vm.read(vm.run(vm.compile('Math.random()', 'x.js', SCRIPT)))
  }
  expect(random(1n)).toBe(random(1n))
  expect(random(1n)).not.toBe(random(2n))
})
