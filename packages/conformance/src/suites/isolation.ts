import { type Bench, endsIn, equal, gives, ok, throws } from './bench.js'

/** What one run, context or session leaves behind is nobody else's. */
export function isolation(bench: Bench): void {
  const stain = 'globalThis.stain = 1; Object.prototype.stain = 2; Array.prototype.map = null; 1'
  const clean = '[typeof stain, ({}).stain === undefined, typeof [].map]'
  const untouched = ['undefined', true, 'function']

  bench.test('a run finds nothing of the one before', [], async (executor) => {
    for (let i = 0; i < 3; i++) {
      await executor.run(stain)
      gives(await executor.run(clean), untouched)
    }
  })
  bench.test('a new context finds nothing of the one before', ['context'], async (executor) => {
    for (let i = 0; i < 3; i++) {
      await executor.run(stain, { freshness: 'context' })
      gives(await executor.run(clean, { freshness: 'context' }), untouched)
    }
  })
  bench.test('the caller’s objects are copies', [], async (executor) => {
    const input = { list: [1], map: new Map([['a', { n: 1 }]]) }
    const outcome = await executor.run<typeof input>('input.list.push(2); input.map.get("a").n = 2; input', { input })
    equal(input, { list: [1], map: new Map([['a', { n: 1 }]]) }, 'the input afterwards')
    gives(outcome, { list: [1, 2], map: new Map([['a', { n: 2 }]]) })
  })
  bench.test('a session keeps its state between calls', ['session'], async (executor) => {
    await using session = await executor.session?.({ globals: { start: 5 } })
    ok(session !== undefined, 'no session')
    gives(await session.run('let count = start; function add(n) { count += n; return count } count'), 5)
    gives(await session.run('add(2); count'), 7)
    gives(await session.call('add', [3]), 10)
    gives(await session.run('input * count', { input: 2 }), 20)
  })
  bench.test('a session’s functions are called by their dotted names, with values', ['session'], async (executor) => {
    await using session = await executor.session?.()
    ok(session !== undefined, 'no session')
    await session.run('globalThis.api = { k: 2, mul(m) { return new Map([...m].map(([a, b]) => [a, b * this.k])) } }; 1')
    gives(await session.call('api.mul', [new Map([['x', 4]])]), new Map([['x', 8]]))
    const missing = await session.call('api.missing')
    endsIn(missing, 'BEDDEL_GUEST_THROWN')
    equal(missing.error?.guest?.name, 'TypeError', 'the error’s name')
  })
  bench.test('a session’s calls run one after another', ['session', 'hostCalls'], async (executor) => {
    await using session = await executor.session?.({ hostFunctions: { pause: () => new Promise((resolve) => setTimeout(resolve, 20)) } })
    ok(session !== undefined, 'no session')
    await session.run('globalThis.log = []; 1')
    const step = (n: number) => session.run(`log.push("in ${n}"); await pause(); log.push("out ${n}"); return 1`)
    await Promise.all([step(1), step(2)])
    gives(await session.run('log'), ['in 1', 'out 1', 'in 2', 'out 2'])
  })
  bench.test('an error does not end a session, a timeout does', ['session'], async (executor) => {
    await using session = await executor.session?.()
    ok(session !== undefined, 'no session')
    await session.run('globalThis.n = 1; 1')
    for (const thrown of ['new Error("x")', 'null', 'undefined', '"text"', 'Symbol("x")']) {
      endsIn(await session.run(`throw ${thrown}`), 'BEDDEL_GUEST_THROWN')
    }
    gives(await session.run('n'), 1)
    endsIn(await session.run('for(;;);', { limits: { timeoutMs: 250 } }), 'BEDDEL_TIMEOUT')
    endsIn(await session.run('n'), 'BEDDEL_SESSION_LOST')
    gives(await executor.run('1'), 1)
  })
  bench.test('sessions are apart', ['session'], async (executor) => {
    await using one = await executor.session?.()
    await using two = await executor.session?.()
    ok(one !== undefined && two !== undefined, 'no session')
    await one.run(stain)
    gives(await two.run(clean), untouched)
    ok(one.id !== two.id, 'ids must differ')
  })
  bench.test('a session that was disposed of says so', ['session'], async (executor) => {
    const session = await executor.session?.()
    ok(session !== undefined, 'no session')
    gives(await session.run('1'), 1)
    await session.dispose()
    await session.dispose()
    await throws('BEDDEL_DISPOSED', () => session.run('1'))
  })
}
