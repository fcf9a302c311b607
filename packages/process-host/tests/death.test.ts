import { expect, test } from 'vitest'
import { type Death, makeMark, tookTheMemory, verdict } from '../src/death.js'

const death = (over: Partial<Death>): Death => ({
  killed: undefined,
  signal: null,
  exitCode: null,
  stderr: '',
  mark: 'mark-of-this-child',
  ...over,
})

test.each([
  ['the host killed it for the time of another run', death({ killed: 'timeout', signal: 'SIGKILL' }), 'BEDDEL_ENGINE_CRASHED'],
  ['the host killed it for the caller of another run', death({ killed: 'abort', signal: 'SIGKILL' }), 'BEDDEL_ENGINE_CRASHED'],
  ['the host did not believe it', death({ killed: 'protocol', signal: 'SIGKILL' }), 'BEDDEL_PROTOCOL'],
  ['the executor was disposed of', death({ killed: 'shutdown', signal: 'SIGKILL' }), 'BEDDEL_DISPOSED'],
  ['the watchdog', death({ signal: 'SIGKILL', stderr: 'mark-of-this-child 7 3 of 2\n' }), 'BEDDEL_MEMORY_LIMIT'],
  [
    'V8 gave up',
    death({ signal: 'SIGABRT', stderr: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory' }),
    'BEDDEL_MEMORY_LIMIT',
  ],
  [
    'somebody else, and the guest wrote what a watchdog would',
    death({ signal: 'SIGKILL', stderr: `${makeMark()} 7 3 of 2\n` }),
    'BEDDEL_ENGINE_CRASHED',
  ],
  ['somebody else', death({ signal: 'SIGKILL' }), 'BEDDEL_ENGINE_CRASHED'],
  ['a crash', death({ signal: 'SIGSEGV' }), 'BEDDEL_ENGINE_CRASHED'],
  ['an exit with words about memory, but without a signal', death({ exitCode: 1, stderr: 'is_heap_oom = 1' }), 'BEDDEL_ENGINE_CRASHED'],
])('%s: %s', (_who, given, code) => {
  expect(verdict(given, false).code).toBe(code)
})

test('a crash after the deadline is a timeout', () => {
  expect(verdict(death({ signal: 'SIGSEGV' }), true).code).toBe('BEDDEL_TIMEOUT')
})

test.each([
  ['timeout', 'BEDDEL_TIMEOUT'],
  ['abort', 'BEDDEL_ABORTED'],
  ['dispose', 'BEDDEL_DISPOSED'],
] as const)('a run that was given up itself (%s) ends in %s', (cancelled, code) => {
  expect(verdict(death({ killed: 'timeout', signal: 'SIGKILL' }), true, cancelled).code).toBe(code)
})

test('a run that was parked while another one ate the memory is not to blame', () => {
  expect(verdict(death({ signal: 'SIGKILL', stderr: 'mark-of-this-child 7 3 of 2\n' }), false, undefined, true).code).toBe(
    'BEDDEL_ENGINE_CRASHED',
  )
})

test('the watchdog says for whose memory it acted', () => {
  const killed = death({ signal: 'SIGKILL', stderr: 'words\nmark-of-this-child 7 3 of 2\n' })
  expect(tookTheMemory(killed, 7, false)).toBe(true)
  expect(tookTheMemory(killed, 8, true)).toBe(false)
})

test('V8 does not, and then it is the run that executed', () => {
  const killed = death({ signal: 'SIGABRT', stderr: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory' })
  expect(tookTheMemory(killed, 7, true)).toBe(true)
  expect(tookTheMemory(killed, 7, false)).toBe(false)
})
