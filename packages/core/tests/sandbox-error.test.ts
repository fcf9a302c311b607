import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ERROR_CODES, type ErrorCode, isResourceLimitError, SandboxError, toHttpStatus } from '../dist/index.js'

const codes = Object.keys(ERROR_CODES) as ErrorCode[]

test('what is not given is careful', () => {
  const error = new SandboxError('BEDDEL_BUSY', 'full')
  expect(error).toMatchObject({
    name: 'SandboxError',
    code: 'BEDDEL_BUSY',
    phase: 'run',
    started: false,
    retryable: false,
    origin: 'engine',
  })
  expect(error).toBeInstanceOf(Error)
  expect('cause' in error).toBe(false)
})

describe('isInstance', () => {
  test('knows the errors of another copy of the package', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'copy-of-core-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    cpSync(new URL('../dist', import.meta.url), folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const copy = (await import(join(folder, 'index.js'))) as { SandboxError: typeof SandboxError }
    expect(copy.SandboxError).not.toBe(SandboxError)
    const error = new copy.SandboxError('BEDDEL_TIMEOUT', 'late')
    expect(error).not.toBeInstanceOf(SandboxError)
    expect(SandboxError.isInstance(error)).toBe(true)
    expect(isResourceLimitError(error)).toBe(true)
  })
  test.each([undefined, null, 1, 'SandboxError', {}, new Error('x'), { name: 'SandboxError', code: 'BEDDEL_TIMEOUT' }])(
    '%o is none',
    (value) => {
      expect(SandboxError.isInstance(value)).toBe(false)
      expect(toHttpStatus(value)).toBe(500)
      expect(isResourceLimitError(value)).toBe(false)
    },
  )
})

test('the limit origin, and nothing else, is a resource limit', () => {
  expect(codes.filter((code) => isResourceLimitError(new SandboxError(code, '')))).toEqual(
    codes.filter((code) => ERROR_CODES[code].origin === 'limit'),
  )
})

test.each<[ErrorCode, number]>([
  ['BEDDEL_TIMEOUT', 408],
  ['BEDDEL_OPERATION_LIMIT', 408],
  ['BEDDEL_SOURCE_TOO_LARGE', 413],
  ['BEDDEL_INPUT_TOO_LARGE', 413],
  ['BEDDEL_RESULT_TOO_LARGE', 413],
  ['BEDDEL_GUEST_THROWN', 422],
  ['BEDDEL_GUEST_SYNTAX', 422],
  ['BEDDEL_POLICY', 403],
  ['BEDDEL_BUSY', 503],
  ['BEDDEL_ENGINE_UNAVAILABLE', 503],
  ['BEDDEL_MEMORY_LIMIT', 507],
])('%s is %i', (code, status) => expect(toHttpStatus(new SandboxError(code, ''))).toBe(status))

test('every status is an error status', () => {
  for (const code of codes) {
    expect(ERROR_CODES[code].http).toBeGreaterThanOrEqual(400)
    expect(ERROR_CODES[code].http).toBeLessThan(600)
  }
})

test('toJSON has what a server may log, and no stack', () => {
  const error = new SandboxError('BEDDEL_GUEST_THROWN', 'x', {
    engine: 'e',
    started: true,
    details: { a: 1 },
    guest: { name: 'Error', message: 'x' },
  })
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'SandboxError',
    code: 'BEDDEL_GUEST_THROWN',
    message: 'x',
    phase: 'run',
    engine: 'e',
    started: true,
    retryable: false,
    details: { a: 1 },
    guest: { name: 'Error', message: 'x' },
  })
})
