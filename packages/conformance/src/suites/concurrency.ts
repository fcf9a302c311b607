import type { Outcome } from '@beddel/core'
import { type Bench, endsIn, equal, gives } from './bench.js'

/** Many runs at the same time. */
export function concurrency(bench: Bench): void {
  bench.test('forty runs at once each get their own answer', [], async (executor) => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => executor.run('globalThis.mine ??= input; mine * 2', { input: i })))
    equal(
      all.map((outcome) => outcome.result),
      all.map((_, i) => i * 2),
      'results',
    )
  })
  bench.test('bad guests among good ones end alone', [], async (executor) => {
    const sources = ['input', 'throw new Error("x")', 'input', ')', 'input', 'for(;;);', 'input', 'new Promise(() => {})']
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, i) => {
        const source = sources[i % sources.length] as string
        return executor.run(source, { input: i, limits: { timeoutMs: source === 'input' ? 10_000 : 300 } })
      }),
    )
    all.forEach((outcome: Outcome, i) => {
      const source = sources[i % sources.length]
      if (source === 'input') gives(outcome, i)
      else if (source === ')') endsIn(outcome, 'BEDDEL_GUEST_SYNTAX', 'BEDDEL_TIMEOUT')
      else if (source?.startsWith('throw') === true) endsIn(outcome, 'BEDDEL_GUEST_THROWN', 'BEDDEL_TIMEOUT')
      else endsIn(outcome, 'BEDDEL_TIMEOUT')
    })
  })
  bench.test('host calls go to the run that made them', ['hostCalls'], async (executor) => {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        executor.run('let out = []; for (let i = 0; i < 3; i++) out.push(await who(i)); return out', {
          hostFunctions: { who: async (n: number) => `${i}.${n}` },
        }),
      ),
    )
    all.forEach((outcome, i) => gives(outcome, [`${i}.0`, `${i}.1`, `${i}.2`]))
  })
  bench.test('lines go to the run that wrote them', [], async (executor) => {
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => executor.run('console.log("run", input); 1', { input: i })))
    all.forEach((outcome, i) =>
      equal(
        outcome.logs.map(({ text }) => text),
        [`run ${i}`],
        'lines',
      ),
    )
  })
  bench.test('tenants side by side', [], async (executor) => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, i) => executor.run('globalThis.t ??= input; t', { tenant: `t${i % 2}`, input: i })),
    )
    equal(
      all.map((outcome) => outcome.result),
      [0, 1, 2, 3, 4, 5, 6, 7],
      'results',
    )
  })
}
