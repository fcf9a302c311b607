import { SandboxError, SPEC } from '@beddel/core'
import { ALL_NEEDS } from '../attacks/needs.js'
import { type Bench, endsIn, equal, gives, ok } from './bench.js'

const hashOf = async (source: string): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(source))), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/** The provider's and the executor's own shape, and the facts of every outcome. */
export function surface(bench: Bench): void {
  const { provider } = bench.target
  bench.api.test('the provider is a description of this spec', async () => {
    equal(provider.spec, SPEC, 'spec')
    ok(typeof provider.id === 'string' && provider.id !== '', 'the id must be a name')
    ok(provider.placements.length > 0, 'there must be a placement')
  })
  bench.api.test('capabilities are data, the same at each call, for each placement', async () => {
    for (const placement of provider.placements) {
      const said = provider.capabilities(placement)
      equal(said.placement, placement, 'placement')
      equal(JSON.parse(JSON.stringify(said)), JSON.parse(JSON.stringify(provider.capabilities(placement))), 'a second answer')
      for (const value of Object.values(said)) ok(typeof value !== 'function', 'capabilities must not hold functions')
    }
  })
  bench.api.test('the probe runs a canary and says how long it took', async () => {
    const probe = await provider.probe(bench.target.options)
    equal(probe.engine, provider.id, 'engine')
    ok(probe.usable, `not usable: ${probe.reason}`)
    ok(probe.durationMs >= 0, 'durationMs must be measured')
  })
  bench.test('the executor is what its provider says', [], async (executor) => {
    equal(executor.type, provider.id, 'type')
    equal(executor.capabilities.placement, executor.getStats().placement, 'placement')
    if (!executor.capabilities.runSync) ok(executor.runSync === undefined, 'runSync is there but not declared')
    else gives(executor.runSync?.('1 + 1') as never, 2)
  })
  for (const need of ALL_NEEDS) bench.test(`${need}: declared, or refused`, [need], async () => {})
  bench.test('an outcome says its facts', [], async (executor) => {
    const outcome = await executor.run('console.log("a"); console.error("b", 1); 7')
    gives(outcome, 7)
    equal(outcome.engine, provider.id, 'engine')
    equal(outcome.placement, executor.capabilities.placement, 'placement')
    ok(/^[0-9a-f-]{36}$/.test(outcome.executionId), 'executionId must be a UUID')
    ok(outcome.duration > 0, 'duration must be measured')
    equal(outcome.memoryUsed, outcome.usage.memoryBytes, 'memoryUsed')
    ok(outcome.usage.memoryBytes !== 0 && outcome.usage.cpuMs !== 0, 'what is not measured must be absent, not 0')
    equal(
      outcome.logs.map(({ level, text }) => [level, text]),
      [
        ['log', 'a'],
        ['error', 'b 1'],
      ],
      'logs',
    )
    equal([outcome.usage.hostCalls, outcome.usage.logsDropped], [0, 0], 'usage')
    ok(Array.isArray(outcome.unenforced) && Array.isArray(outcome.notes), 'unenforced and notes must be lists')
  })
  bench.test('the code hash is that of the exact source, on failure too', [], async (executor) => {
    for (const source of ['1', '"ä😀"', ' 1', 'throw 1', ')', '\ufeff1']) {
      equal((await executor.run(source)).codeHash, await hashOf(source), `the hash of ${JSON.stringify(source)}`)
    }
    equal((await executor.run('12345', { limits: { sourceBytes: 1 } })).codeHash, await hashOf('12345'), 'the hash of a refused source')
  })
  bench.test('each run has an id of its own', [], async (executor) => {
    const ids = await Promise.all([0, 1, 2].map(async () => (await executor.run('1')).executionId))
    equal(new Set(ids).size, 3, 'the number of ids')
  })
  bench.test('a failure is a SandboxError that says where it came from', [], async (executor) => {
    const outcome = await executor.run('function inner() { throw Object.assign(new TypeError("x"), { code: 7 }) }\ninner()', {
      filename: 'plugin/a.js',
    })
    endsIn(outcome, 'BEDDEL_GUEST_THROWN')
    const { error } = outcome
    ok(SandboxError.isInstance(error), 'it must be a SandboxError')
    equal(
      [error.origin, error.phase, error.engine, error.started, error.retryable],
      ['guest', 'run', provider.id, true, false],
      'its facts',
    )
    equal([error.guest?.name, error.guest?.message, error.guest?.properties?.code], ['TypeError', 'x', 7], 'the guest’s error')
    const frames = (error.guest?.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
    if (executor.capabilities.boundary)
      ok(
        frames.some((frame) => frame.includes('plugin/a.js:1')),
        `the stack must name the guest’s file: ${error.guest?.stack}`,
      )
    for (const frame of frames) ok(frame.includes('plugin/a.js:'), `a frame is not the guest’s: ${frame}`)
    equal(JSON.parse(JSON.stringify(error)).code, 'BEDDEL_GUEST_THROWN', 'its JSON')
  })
  bench.test('a syntax error has not started anything', [], async (executor) => {
    const { error } = await executor.run('console.log(1); )')
    equal([error?.code, error?.started, error?.phase], ['BEDDEL_GUEST_SYNTAX', false, 'compile'], 'its facts')
  })
}
