import type { HostCallContext } from '@beddel/core'
import { syncHostFunction } from '@beddel/core/engine'
import { type Bench, endsIn, equal, gives, ok, throws, wait } from './bench.js'

/** The functions that the host lends. */
export function hostFunctionSuite(bench: Bench): void {
  bench.test('the host function is told who calls', ['hostCalls'], async (executor) => {
    const seen: unknown[] = []
    const outcome = await executor.run('return await api.who(1, "two")', {
      tenant: 'acme',
      hostFunctions: {
        api: {
          who(...args: unknown[]) {
            seen.push(this.executionId, this.tenant, this.name, this.signal instanceof AbortSignal, this.signal.aborted, args)
          },
        },
      },
    })
    gives(outcome, undefined)
    equal(seen, [outcome.executionId, 'acme', 'api.who', true, false, [1, 'two']], 'what it was told')
  })
  bench.test('its signal fires when the run is over', ['hostCalls'], async (executor) => {
    let signal: AbortSignal | undefined
    const f = function (this: HostCallContext): Promise<void> {
      signal = this.signal
      return wait(500)
    }
    await executor.run('f(); return 1', { hostFunctions: { f } })
    await wait(20)
    ok(signal?.aborted === true, 'the signal must have fired')
  })
  bench.test('functions of the executor and of the run are both there', ['hostCalls'], async () => {
    const executor = await bench.fresh({ hostFunctions: { a: () => 'a', b: () => 'b' } })
    gives(await executor.run('return [await a(), await b(), await c()]', { hostFunctions: { b: () => 'own b', c: () => 'c' } }), [
      'a',
      'own b',
      'c',
    ])
  })
  bench.test('own enumerable properties only', ['hostCalls'], async (executor) => {
    const inherited = Object.assign(Object.create({ hidden: () => 1 }) as object, { seen: () => 1 })
    gives(
      await executor.run('return [typeof api.seen, typeof api.hidden, typeof api.toString]', {
        hostFunctions: { api: inherited as never },
      }),
      ['function', 'undefined', 'function'],
    )
  })
  bench.test('what is no function, or has no name that can be called, is refused', ['hostCalls'], async (executor) => {
    for (const tree of [{ a: 1 }, { a: { b: null } }, { 'a-b': () => 1 }, { a: [() => 1] }]) {
      await throws('BEDDEL_INVALID_OPTION', () => executor.run('1', { hostFunctions: tree as never }), /hostFunctions\.a/)
    }
  })
  bench.test('a synchronous one gives its value at once', ['syncCalls'], async (executor) => {
    gives(await executor.run('add(1, 2) + 1', { hostFunctions: { add: syncHostFunction((a: number, b: number) => a + b) } }), 4)
  })
  bench.test('a synchronous one may throw', ['syncCalls'], async (executor) => {
    const f = syncHostFunction(() => {
      throw new Error('secret')
    })
    gives(await executor.run('try { f() } catch (e) { [e.name, e.message] }', { hostFunctions: { f } }), ['HostFunctionError', 'f failed'])
    endsIn(await executor.run('f()', { hostFunctions: { f } }), 'BEDDEL_HOST_FUNCTION_FAILED')
  })
  bench.test('a synchronous one may not return a promise', ['syncCalls'], async (executor) => {
    endsIn(await executor.run('f()', { hostFunctions: { f: syncHostFunction(async () => 1) } }), 'BEDDEL_HOST_FUNCTION_FAILED')
  })
  bench.test('a call has a time of its own', ['hostCalls'], async () => {
    const executor = await bench.fresh({ hostCallTimeoutMs: 80 })
    const outcome = await executor.run('try { await f() } catch (e) { return e.code }', {
      hostFunctions: { f: () => new Promise(() => {}) },
    })
    gives(outcome, 'BEDDEL_HOST_FUNCTION_FAILED')
  })
  bench.test('the host’s own error is the cause, for the host only', ['hostCalls'], async (executor) => {
    const mine = new Error('secret')
    const outcome = await executor.run('return await f()', {
      hostFunctions: {
        f: async () => {
          throw mine
        },
      },
    })
    endsIn(outcome, 'BEDDEL_HOST_FUNCTION_FAILED')
    ok(outcome.error?.cause === mine, 'the cause must be the host’s own error')
    ok(!JSON.stringify(outcome.error).includes('secret'), 'the host’s message must not be in what is serialised')
  })
  bench.test('a late rejection of a host function disturbs nobody', ['hostCalls'], async (executor) => {
    const outcome = await executor.run('f(); return 1', {
      hostFunctions: {
        f: async () => {
          await wait(30)
          throw new Error('late')
        },
      },
    })
    gives(outcome, 1)
    await wait(60)
  })
}
