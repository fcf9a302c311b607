import type { Session } from '@beddel/core'
import { afterEach, describe, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

let executor: IsolatedVmExecutor | undefined
afterEach(() => executor?.dispose())

describe.each(['process', 'in-process'] as const)('sessions that are opened at once, %s', (placement) => {
  const open = (): Required<Session> => {
    executor = new IsolatedVmExecutor({ placement, trust: 'trusted', codegen: true })
    return executor.sessionSync?.({ hostFunctions: { twice: (n: number) => n * 2 } }) as Required<Session>
  }

  test('run, keep their state and call the host', () => {
    const session = open()
    expect(session.runSync('let n = twice(4)').success).toBe(true)
    expect(session.runSync('n + 1').result).toBe(9)
  })

  test('a value goes through a function of the guest before it crosses', () => {
    const session = open()
    session.runSync('globalThis.api = { out: (value) => [typeof value] }')
    expect(session.runSync('() => 1', { through: 'api.out' }).result).toEqual(['function'])
    expect(session.runSync('Promise.resolve(1)', { through: 'api.out' }).result).toEqual(['object'])
    // Only that run's value does.
    expect(session.runSync('5').result).toBe(5)
    expect(session.runSync('() => 1').error?.code).toBe('BEDDEL_NOT_TRANSFERABLE')
  })

  test('where that function is missing or throws, the guest has thrown', () => {
    const session = open()
    expect(session.runSync('1', { through: 'nowhere.out' }).error).toMatchObject({
      code: 'BEDDEL_GUEST_THROWN',
      guest: { name: 'TypeError' },
    })
    session.runSync('globalThis.out = () => { throw new RangeError("no") }')
    expect(session.runSync('1', { through: 'out' }).error?.guest?.name).toBe('RangeError')
    expect(() => session.callSync('out', [], { through: 'out' })).toThrow(/through/)
    expect(() => session.runSync('1', { through: '' })).toThrow(/through/)
  })

  test('a run has its own filename and language', () => {
    const session = open()
    expect(session.runSync('throw new Error("x")', { filename: 'one.js' }).error?.guest?.stack).toMatch(/one\.js:1/)
    expect(session.runSync('const n: number = 3; n', { language: 'ts' }).result).toBe(3)
    expect(session.runSync('const m: number = 3').error?.code).toBe('BEDDEL_GUEST_SYNTAX')
  })

  test('form: script takes scripts only', () => {
    const session = open()
    expect(session.runSync('var await_ = 1; 2', { form: 'script' }).result).toBe(2)
    expect(session.runSync('return 1', { form: 'script' }).error?.code).toBe('BEDDEL_GUEST_SYNTAX')
    expect(session.runSync('throw new SyntaxError("mine")', { form: 'script' }).error).toMatchObject({ code: 'BEDDEL_GUEST_THROWN' })
    expect(session.runSync('await 1', { form: 'script' }).error?.code).toBe('BEDDEL_GUEST_SYNTAX')
  })

  test('a script that comes again is the same script, with its own name each time', () => {
    const session = open()
    const source = 'throw new Error("x")'
    const stacks = ['a.js', 'b.js', 'a.js'].map((filename) => session.runSync(source, { filename }).error?.guest?.stack ?? '')
    expect(stacks.map((stack) => /([ab])\.js:1/.exec(stack)?.[1])).toEqual(['a', 'b', 'a'])
    expect(Array.from({ length: 5 }, () => session.runSync('var k = (typeof k === "number" ? k : 0) + 1; k').result)).toEqual([
      1, 2, 3, 4, 5,
    ])
  })
})
