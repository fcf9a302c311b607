import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { planOf } from '../src/plan.js'
import { settingsOf } from '../src/settings.js'

let folder: string
const before = process.cwd()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beddel-config-'))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
})

const toml = (text: string, name = 'beddel.toml') => writeFileSync(join(folder, name), text)
const plan = (options = {}) => planOf(settingsOf(options))
const message = (options = {}) => {
  try {
    plan(options)
  } catch (error) {
    return (error as Error).message
  }
  return expect.fail('it was accepted')
}

test('what is no regular file is not waited for', () => {
  execFileSync('mkfifo', [join(folder, 'beddel.toml')])
  expect(message()).toMatch(/beddel\.toml cannot be read: it is no regular file/)
  expect(message({ config: '/dev/zero' })).toMatch(/no regular file/)
})

test('no file is no file; one in a parent is not looked for', () => {
  toml('[sandbox]\nengine = "quickjs"')
  expect(plan().decision.engine).toBe('quickjs')
  const inner = mkdtempSync(join(folder, 'inner-'))
  process.chdir(inner)
  expect(plan().decision).toEqual({ by: 'automatic', where: expect.any(String) })
  process.chdir(folder)
  expect(plan({ config: false }).file).toBeUndefined()
})

test('argument, then environment, then file', () => {
  toml('[sandbox]\nengine = "quickjs"\ntimeout_ms = 70\nmemory_bytes = 9000000')
  expect(plan()).toMatchObject({ decision: { by: 'file', engine: 'quickjs' }, stated: { timeoutMs: 70, memoryBytes: 9_000_000 } })
  expect(plan({ timeout: 80 }).stated).toEqual({ timeoutMs: 80, memoryBytes: 9_000_000 })
  vi.stubEnv('BEDDEL_SANDBOX_ENGINE', 'isolated-vm')
  expect(plan().decision).toMatchObject({ by: 'environment', engine: 'isolated-vm' })
  expect(plan({ engine: 'quickjs' }).decision).toMatchObject({ by: 'argument', engine: 'quickjs' })
})

test('the file cannot go below the trust floor, nor lower it', () => {
  toml('[sandbox]\nengine = "worker"')
  expect(() => plan()).toThrowError(expect.objectContaining({ code: 'BEDDEL_TRUST_FLOOR' }))
  expect(plan({ trust: 'trusted' }).decision.engine).toBe('worker')
  toml('[sandbox]\ntrust = "trusted"')
  expect(message()).toContain('in code only')
  toml('[sandbox]\nallow_vm2 = true')
  expect(message()).toContain('in code only')
})

test('mistakes name the file, the key and the nearest one', () => {
  toml('[sandbox]\nmax_timeout_ms = 3')
  expect(message()).toMatch(/beddel\.toml \[sandbox\] has no key "max_timeout_ms".*timeout_ms/)
  // Another package's table.
  toml('[sandbox]\nengine = "quickjs"\n[migration]\nengine = "vm2"')
  expect(plan().decision.engine).toBe('quickjs')
  toml('[sandbx]')
  expect(message()).toMatch(/beddel\.toml has no key "sandbx".*"sandbox"/)
  toml('[sandbox]\ntimeout_ms = "long"')
  expect(message()).toMatch(/timeout_ms must be a finite number/)
  toml('[sandbox]\nengine = "qickjs"')
  expect(message()).toContain('did you mean "quickjs"')
  toml('[sandbox\n')
  expect(message()).toMatch(/not valid TOML, line 1, column/)
})

test('a file that was named must be there', () => {
  toml('[sandbox]\ntimeout_ms = 5', 'other.toml')
  expect(plan({ config: 'other.toml' }).stated).toEqual({ timeoutMs: 5 })
  expect(message({ config: 'gone.toml' })).toMatch(/gone\.toml cannot be read/)
})
