import { execFileSync } from 'node:child_process'
import { afterAll, expect, test } from 'vitest'
import { workerCapabilities, WorkerExecutor, workerProvider } from '../dist/index.js'

const made: WorkerExecutor[] = []
const make = (options: ConstructorParameters<typeof WorkerExecutor>[0]): WorkerExecutor => {
  const executor = new WorkerExecutor(options)
  made.push(executor)
  return executor
}
afterAll(() => Promise.all(made.map((executor) => executor.dispose())))

test('runtime and placement say the same', () => {
  expect(make({}).capabilities).toEqual(workerCapabilities('process'))
  expect(make({ runtime: 'child_process' }).capabilities.placement).toBe('process')
  expect(make({ placement: 'in-process', trust: 'trusted' }).capabilities).toMatchObject({ isolation: 'thread', survivesGuest: false })
  expect(make({ runtime: 'worker_threads', acceptHostRisk: true }).capabilities.placement).toBe('in-process')
  expect(() => make({ runtime: 'worker_threads', placement: 'process' })).toThrow(
    expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION' }) as Error,
  )
  expect(() => make({ runtime: 'threads' as never })).toThrow(expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION' }) as Error)
})

test('threads need consent, and hold no memory limit', async () => {
  expect(() => make({ runtime: 'worker_threads' })).toThrow(expect.objectContaining({ code: 'BEDDEL_PLACEMENT_REFUSED' }) as Error)
  const limits = { memoryBytes: 16 * 1024 * 1024 }
  expect(() => make({ runtime: 'worker_threads', trust: 'trusted', limits })).toThrow(
    expect.objectContaining({ code: 'BEDDEL_OPTION_UNSUPPORTED' }) as Error,
  )
  const executor = make({ runtime: 'worker_threads', trust: 'trusted' })
  expect((await executor.run('1')).unenforced).toEqual(['memoryBytes'])
})

test.each([
  [{ codegen: true }],
  [{ freshness: 'context' as const }],
  [{ processes: { launcher: ['nice'] } }],
  [{ processes: { warmCells: 2 } }],
  [{ processes: { sharing: 'tenant' as const } }],
])('refuses %j, which it cannot give', (options) => {
  expect(() => make(options)).not.toThrow(TypeError)
  try {
    const executor = make(options)
    // Freshness is a request's: it is refused before the run.
    return expect(executor.run('1')).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED' })
  } catch (error) {
    expect(error).toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED' })
  }
})

test('names an unknown option', () => {
  expect(() => make({ runtme: 'child_process' } as never)).toThrow(/runtime/)
})

test('its probe runs a canary', async () => {
  expect(await workerProvider.probe()).toMatchObject({ usable: true, engine: 'worker' })
})

test('nothing happens at import', () => {
  const program = `await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)})
    process.stdout.write(JSON.stringify(process.getActiveResourcesInfo().filter((r) => r !== 'PipeWrap')))`
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('[]')
})
