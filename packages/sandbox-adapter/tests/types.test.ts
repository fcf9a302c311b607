import { expectTypeOf, test } from 'vitest'
import {
  type AdapterOptions,
  type AdapterProgram,
  type AdapterSession,
  type KnownEngineId,
  type Outcome,
  type Program,
  SandboxAdapter,
  type Session,
} from '../dist/index.js'

// `pnpm typecheck` compiles this file; nothing here is run.
const never = (_check: () => unknown): void => {}

test('flat limits are in the types wherever they are taken', () => {
  never(async () => {
    const adapter = new SandboxAdapter({ timeoutMs: 1, memoryLimit: 8 })
    await adapter.run('1', { timeout: 1 })
    const program = await adapter.compile('1', { timeoutMs: 1, sourceBytes: 1 })
    await program.run({ timeoutMs: 1, limits: { hostCalls: 1 }, sandbox: { a: 1 } })
    program.runSync?.({ memoryBytes: 1 })
    const session = await adapter.session({ timeoutMs: 1, sandbox: { a: 1 } })
    await session.run('1', { timeoutMs: 1 })
    await session.call('f', [], { resultBytes: 1 })
    session.runSync?.('1', { timeoutMs: 1 })
    session.callSync?.('f', [], { timeoutMs: 1 })
    // @ts-expect-error how a program is compiled it knows already
    await program.run({ language: 'ts' })
    // @ts-expect-error no such limit
    await session.run('1', { timoutMs: 1 })
  })
})

test('what may be absent can be passed on as it is', () => {
  never((program: AdapterProgram = undefined as never, session: AdapterSession = undefined as never) => {
    const { runSync } = program
    const passedOn: { runSync?: AdapterProgram['runSync'] } = { runSync }
    const asProgram: Pick<Program, 'runSync'> = { runSync }
    const asSession: Pick<Session, 'runSync' | 'callSync'> = { runSync: session.runSync, callSync: session.callSync }
    return [passedOn, asProgram, asSession]
  })
  expectTypeOf<NonNullable<AdapterProgram['runSync']>>().returns.toEqualTypeOf<Outcome>()
})

test('engine ids are offered, others are taken', () => {
  expectTypeOf<KnownEngineId>().toEqualTypeOf<'isolated-vm' | 'quickjs' | 'worker' | 'vm2'>()
  expectTypeOf<KnownEngineId>().toExtend<NonNullable<AdapterOptions['engine']>>()
  expectTypeOf<'an-engine-of-mine'>().toExtend<NonNullable<AdapterOptions['engine']>>()
  never(() => new SandboxAdapter({ engine: 'quickjs', engineOptions: { quickjs: { a: 1 }, mine: { b: 2 } } }))
})
