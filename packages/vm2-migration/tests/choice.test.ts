import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { disposeEngines, NodeVM, VM, VMError, VMScript } from '@beddel/vm2-migration'
import { originalVm2 } from '@beddel/executor-vm2-legacy'

const folder = mkdtempSync(join(tmpdir(), 'beddel-migration-'))
const file = (text: string): string => {
  const path = join(folder, `${Math.random()}.toml`)
  writeFileSync(path, text)
  return path
}
/** Only vm2 lets the guest change the host's object. */
const isVm2 = (vm: VM): boolean => {
  const o = { n: 1 }
  vm.setGlobal('o', o)
  vm.run('o.n = 2')
  return o.n === 2
}
const quiet = { onDifference: () => {} }
const quickjs = { placement: 'in-process', trust: 'trusted', ...quiet } as const

beforeAll(() => {
  process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
})
afterEach(() => {
  delete process.env.BEDDEL_VM2_ENGINE
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await disposeEngines()
})

test('vm2 is the engine where nobody chooses', () => {
  expect(isVm2(new VM({ config: false }))).toBe(true)
})

test('the option, then the environment, then the file', () => {
  const config = file('[migration]\nengine = "quickjs"\n')
  expect(isVm2(new VM({ ...quickjs, config }))).toBe(false)
  expect(isVm2(new VM({ config, engine: 'vm2' }))).toBe(true)
  process.env.BEDDEL_VM2_ENGINE = 'vm2'
  expect(isVm2(new VM({ config }))).toBe(true)
  process.env.BEDDEL_VM2_ENGINE = 'quickjs'
  expect(isVm2(new VM({ ...quickjs, config: false }))).toBe(false)
})

test('a mistake in the file names the file and the key', () => {
  expect(() => new VM({ config: file('[migration]\nengin = "quickjs"\n') })).toThrow(/engin.*engine/)
  expect(() => new VM({ config: file('[migration]\nengine = 5\n') })).toThrow(/engine/)
  expect(() => new VM({ config: join(folder, 'none.toml') })).toThrow(/none\.toml/)
  expect(() => new VM({ engine: 'isolatedvm', config: false })).toThrow(/isolated-vm/)
})

test('on vm2 the object is vm2’s own', () => {
  const { VM: Original, VMError: OriginalError } = originalVm2({ suppressWarning: true })
  const vm = new VM({ config: false, engine: 'vm2' })
  expect(Object.getOwnPropertyNames(vm)).toEqual(Object.getOwnPropertyNames(new Original()))
  expect(new OriginalError('x')).toBeInstanceOf(VMError)
  expect(new NodeVM({ config: false })).toBeInstanceOf(VM)
  expect(vm.run(new VMScript('1 + 1'))).toBe(2)
})

test('without vm2 installed the error says what to do', async () => {
  const { loadOriginals } = await import('../src/originals.ts')
  expect(loadOriginals().VM).toBeTypeOf('function')
})
