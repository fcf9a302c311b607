import { expect, test } from 'vitest'
import { answerOf, drive, type Later, type Steps } from '../src/engine/steps.js'

function* sum(a: Later<number>, b: Later<number>): Steps<number> {
  return (yield* answerOf(a)) + (yield* answerOf(b))
}

test('where nothing is to be waited for, all is done when it returns', () => {
  const seen: number[] = []
  drive(sum(1, 2), (n) => seen.push(n), expect.unreachable)
  expect(seen).toEqual([3])
})

test('it waits for what comes later', async () => {
  expect(await new Promise((resolve, reject) => drive(sum(Promise.resolve(1), 2), resolve, reject))).toBe(3)
})

test('an error that is thrown comes out once', () => {
  const errors: unknown[] = []
  const fails = function* (): Steps {
    yield* answerOf(undefined)
    throw new Error('x')
  }
  drive(
    fails(),
    () => expect.unreachable(),
    (error) => errors.push(error),
  )
  expect(errors.map(String)).toEqual(['Error: x'])
})

test('a rejection can be caught inside, and comes out where it is not', async () => {
  const failing = (): Promise<number> => Promise.reject(new Error('x'))
  function* caught(): Steps<string> {
    try {
      return String(yield* answerOf(failing()))
    } catch (error) {
      return `caught ${(error as Error).message}`
    }
  }
  expect(await new Promise((resolve, reject) => drive(caught(), resolve, reject))).toBe('caught x')
  await expect(new Promise((resolve, reject) => drive(sum(failing(), 1), resolve, reject))).rejects.toThrow('x')
})
