import { describe, expect, test } from 'vitest'
import { settleEnding } from '../src/engine/outcome.js'
import type { Ending } from '../src/engine/run-spec.js'

const facts = {
  engine: 'e',
  started: true,
  resultBytes: 100,
  memoryBytes: 1_048_576,
  hostFailures: new Map<number, unknown>([[7, new Error('of the host')]]),
}
const settle = (ending: unknown, more: Partial<typeof facts> = {}) => settleEnding(ending as Ending, { ...facts, ...more })
const thrown = (error: object, more: object = {}) => settle({ kind: 'thrown', error: JSON.stringify(error), figures: {}, ...more }).error

describe('what a cell says is checked, it may be hostile', () => {
  test('a value', () => expect(settle({ kind: 'value', text: '1j[1]', figures: {} })).toEqual({ result: [1] }))
  test.each([
    ['a value that cannot be read', { kind: 'value', text: 'nonsense' }],
    ['a value beyond its limit', { kind: 'value', text: `1j"${'x'.repeat(200)}"` }],
    ['a code that is none', { kind: 'fault', code: 'toString', message: '' }],
    ['an error that is no JSON', { kind: 'thrown', error: '{' }],
    ['an error that is no object', { kind: 'thrown', error: 'null' }],
  ])('%s', (_name, ending) => expect(settle({ figures: {}, ...ending }).error?.code).toBe('BEDDEL_PROTOCOL'))

  test('texts are cut, wrong parts are left out, causes end', () => {
    let cause: object = { name: 1 }
    for (let i = 0; i < 20; i++) cause = { name: 'E', message: 'm', cause }
    const error = thrown({ name: 'x'.repeat(1_000), message: 'm'.repeat(10_000), stack: 5, value: 'garbage', cause })
    expect(error?.guest).toMatchObject({ name: 'x'.repeat(256), message: 'm'.repeat(8_192) })
    expect(error?.guest).not.toHaveProperty('stack')
    expect(error?.guest).not.toHaveProperty('value')
    let depth = 0
    for (let at = error?.guest; at !== undefined; at = at.cause) depth++
    expect(depth).toBeLessThan(8)
  })
})

describe('codes', () => {
  test('words of the guest classify nothing', () => {
    for (const message of ['Script execution timed out.', 'out of memory', 'Maximum call stack size exceeded']) {
      expect(thrown({ name: 'RangeError', message })?.code).toBe('BEDDEL_GUEST_THROWN')
    }
  })
  test('the engine does', () => {
    expect(thrown({ name: 'RangeError', message: 'm', engine: 'stack' })?.code).toBe('BEDDEL_STACK_LIMIT')
    expect(thrown({ name: 'InternalError', message: 'm', engine: 'memory' })).toMatchObject({
      code: 'BEDDEL_MEMORY_LIMIT',
      message: 'The run needed more memory than its limit of 1048576 bytes (1 MB; limits.memoryBytes)',
    })
  })
  test("a host failure that the guest let through has the host's own error as its cause", () => {
    expect(thrown({ name: 'HostFunctionError', message: 'f failed', hostCall: 7 })).toMatchObject({
      code: 'BEDDEL_HOST_FUNCTION_FAILED',
      phase: 'host-call',
      cause: { message: 'of the host' },
    })
    expect(thrown({ name: 'Error', message: 'm', hostCall: 8 })?.code).toBe('BEDDEL_GUEST_THROWN')
  })
  test('a syntax error has not started', () => {
    expect(thrown({ name: 'SyntaxError', message: 'bad', line: 2, column: 3 }, { syntax: true })).toMatchObject({
      code: 'BEDDEL_GUEST_SYNTAX',
      phase: 'compile',
      started: false,
      message: 'bad (line 2, column 3)',
    })
  })
  test('only what had not started can be made again', () => {
    const crashed = (started: boolean) => settle({ kind: 'fault', code: 'BEDDEL_ENGINE_CRASHED', message: '', started, figures: {} }).error
    expect([crashed(true)?.retryable, crashed(false)?.retryable]).toEqual([false, true])
    expect(settle({ kind: 'fault', code: 'BEDDEL_TIMEOUT', message: '', started: false, figures: {} }).error?.retryable).toBe(false)
  })
})
