import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, LIMIT_KEYS, type LimitsInput, mergeLimits, SandboxError, statedLimits } from '../dist/index.js'

const refusal = (input: unknown): SandboxError => {
  try {
    statedLimits(input as LimitsInput)
  } catch (error) {
    if (SandboxError.isInstance(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('the defaults are those that the design states', () => {
  const MiB = 1024 * 1024
  expect(DEFAULT_LIMITS).toEqual({
    timeoutMs: 5_000,
    memoryBytes: 128 * MiB,
    sourceBytes: MiB,
    inputBytes: 16 * MiB,
    resultBytes: 4 * MiB,
    logBytes: 64 * 1024,
    hostCalls: 1_000,
    operations: undefined,
  })
  expect(Object.isFrozen(DEFAULT_LIMITS)).toBe(true)
})

describe('statedLimits', () => {
  test('takes the old names', () =>
    expect(statedLimits({ timeout: 50, memoryLimit: 2 })).toEqual({ timeoutMs: 50, memoryBytes: 2 * 1024 * 1024 }))
  test('an absent limit stays absent', () => expect(statedLimits(undefined)).toEqual({}))
  test('fractions are rounded down', () => expect(statedLimits({ timeoutMs: 10.9 })).toEqual({ timeoutMs: 10 }))

  test('an unknown key is named with its nearest', () => {
    const error = refusal({ timeOutMs: 5 })
    expect(error).toMatchObject({
      code: 'BEDDEL_INVALID_OPTION',
      phase: 'configure',
      details: { path: 'limits.timeOutMs', nearest: 'timeoutMs' },
    })
    expect(error.message).toContain('Did you mean "timeoutMs"?')
  })
  test('an unknown key that is near to none lists all', () => expect(refusal({ qqqqqqqqqqqqqqqq: 1 }).message).toContain('hostCalls'))
  test.each([
    ['timeout and timeoutMs', { timeout: 5, timeoutMs: 5 }, 'limits.timeout'],
    ['memoryLimit and memoryBytes', { memoryLimit: 8, memoryBytes: 1e7 }, 'limits.memoryLimit'],
  ])('%s together', (_name, input, path) => expect(refusal(input).details).toMatchObject({ path }))

  // `undefined` is absent; everything else that is no finite number within the range is refused.
  const wrong = [NaN, Infinity, -Infinity, null, '5', '', true, {}, [], 5n, () => 5, -1, 0.5]
  test.each(LIMIT_KEYS.filter((key) => key !== 'hostCalls' && key !== 'logBytes').flatMap((key) => wrong.map((value) => ({ key, value }))))(
    '$key: $value',
    ({ key, value }) => {
      // memoryLimit is in MiB, so that a half is a size.
      if (key === 'memoryLimit' && value === 0.5) return expect(statedLimits({ [key]: value })).toEqual({ memoryBytes: 512 * 1024 })
      expect(refusal({ [key]: value })).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { path: `limits.${key}` } })
    },
  )
  test('no calls and no logs can be asked for', () =>
    expect(statedLimits({ hostCalls: 0, logBytes: 0 })).toEqual({ hostCalls: 0, logBytes: 0 }))
  test('a timeout that setTimeout cannot hold', () => expect(refusal({ timeoutMs: 2 ** 31 }).message).toContain('from 1 to 2147483647'))
  test.each([[null], ['fast'], [5]])('%j is no object of limits', (input) => expect(refusal(input).code).toBe('BEDDEL_INVALID_OPTION'))
})

describe('mergeLimits', () => {
  test('later layers win', () => expect(mergeLimits({ timeoutMs: 1 }, { timeoutMs: 2 }).timeoutMs).toBe(2))
  test('undefined never switches a limit off', () => {
    const off = Object.fromEntries(LIMIT_KEYS.map((key) => [key, undefined]))
    expect(mergeLimits({ timeoutMs: 7, operations: 5 }, off)).toEqual({ ...DEFAULT_LIMITS, timeoutMs: 7, operations: 5 })
    expect(mergeLimits(statedLimits(off))).toEqual(DEFAULT_LIMITS)
  })
  test('the defaults are not changed by it', () => {
    mergeLimits({ timeoutMs: 1 })
    expect(DEFAULT_LIMITS.timeoutMs).toBe(5_000)
  })
})
