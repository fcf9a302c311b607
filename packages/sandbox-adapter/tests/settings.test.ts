import { expect, test } from 'vitest'
import { SandboxAdapter } from '../dist/index.js'

const refused = (options: object) => {
  try {
    new SandboxAdapter(options)
    return undefined
  } catch (error) {
    const { code, message, details } = error as { code: string; message: string; details: Record<string, unknown> }
    return { code, message, details }
  }
}

test('an unknown key is an error with the nearest known one', () => {
  expect(refused({ memroyLimit: 8 })).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { nearest: 'memoryLimit' } })
  expect(refused({ limits: { timoutMs: 8 } })).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { nearest: 'timeoutMs' } })
  expect(refused({ engine: 'quikjs' })?.message).toContain('did you mean "quickjs"')
  expect(refused({ trust: 'full' })?.code).toBe('BEDDEL_INVALID_OPTION')
})

test('two names for one thing are an error', () => {
  expect(refused({ timeout: 100, timeoutMs: 100 })?.code).toBe('BEDDEL_INVALID_OPTION')
  expect(refused({ memoryLimit: 8, limits: { memoryBytes: 8 * 2 ** 20 } })?.message).toContain('limits.memoryBytes')
  expect(refused({ sandbox: {}, globals: {} })?.message).toContain('old name of globals')
})

test.each([{ timeoutMs: Number.NaN }, { timeoutMs: Infinity }, { timeout: 0 }, { memoryLimit: -1 }, { memoryBytes: '8' }])(
  '%o is refused',
  (options) => expect(refused(options)?.code).toBe('BEDDEL_INVALID_OPTION'),
)

test.each(['enableThreatDetection', 'strictMode'])('%s is true or false', (key) => {
  expect(refused({ [key]: true })).toBeUndefined()
  expect(refused({ [key]: false })).toBeUndefined()
  expect(refused({ [key]: 'yes' })?.code).toBe('BEDDEL_INVALID_OPTION')
})

test('strictMode without detection contradicts itself', () => {
  expect(refused({ strictMode: true, enableThreatDetection: false })).toMatchObject({ details: { path: 'strictMode' } })
})

test('policies, engine options and foreign providers are checked', () => {
  expect(refused({ policies: [{ name: '' }] })?.message).toContain('policies[0].name')
  expect(refused({ policies: [{ name: 'a' }] })?.message).toContain('policies[0].check')
  expect(refused({ engineOptions: { quickjs: { timeoutMs: 3 } } })?.message).toContain('belongs beside engineOptions')
  expect(refused({ engineOptions: { qickjs: {} } })).toMatchObject({ details: { nearest: 'quickjs' } })
  expect(refused({ engine: { spec: 'beddel.executor/v9', id: 'x', create() {} } })?.message).toContain('beddel.executor/v1')
})

test.each([
  [new Map([['timeoutMs', 50]]), 'options'],
  [{ limits: [] }, 'limits'],
  [{ limits: new Map([['timeoutMs', 50]]) }, 'limits'],
  [{ freshness: Symbol('x') }, 'freshness'],
  [{ freshness: Object.create(null) as unknown }, 'freshness'],
])('what holds no keys is not taken for options that state nothing: %o', (options, path) => {
  expect(refused(options)).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { path } })
})
