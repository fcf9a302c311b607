import type { HostFunctionTree } from '@beddel/core'
import type { AttackContext } from '../harness/context.js'
import { family } from './attack.js'
import { code, thrown } from './expectations.js'
import { given, wait } from './given.js'
import { atTheEdge } from './guest.js'

/** Calls that are too many, too late, never answered or taken for something else. */
export const hostCalls = family('host-calls', {
  'call-limit': given(
    'more calls than allowed',
    'for (let i = 0; i < 50; i++) try { await f() } catch {} return 1',
    (ctx) => counted(ctx, 10),
    {
      with: { limits: { hostCalls: 10 } },
      expects: code('BEDDEL_HOST_CALL_LIMIT'),
    },
  ),
  'call-limit-at-once': given(
    'more calls than allowed, none awaited',
    'for (let i = 0; i < 50; i++) try { f().catch(() => {}) } catch {} return 1',
    (ctx) => counted(ctx, 10),
    {
      with: { limits: { hostCalls: 10 } },
      expects: code('BEDDEL_HOST_CALL_LIMIT'),
    },
  ),
  'at-the-edge': given('host functions called where the stack ends, to stop them half-way', `${atTheEdge('f()')}; 1`, (ctx) => {
    const steps = (n: number): number => (n > 0 ? steps(n - 1) + 1 : 0)
    return {
      f: () => {
        let whole = false
        try {
          steps(200)
          whole = true
        } finally {
          if (!whole) ctx.trip('a host function was stopped half-way')
        }
      },
    }
  }),
  'call-limit-at-the-edge': {
    title: 'the end of the run, announced where the stack ends',
    code: `${atTheEdge('f()')}; new Promise(() => {})`,
    request: { limits: { hostCalls: 2 }, hostFunctions: { f: () => 1 } },
    needs: ['hostCalls'],
    oracle: 'classification',
    expects: code('BEDDEL_HOST_CALL_LIMIT'),
  },
  'result-size': {
    title: 'a host result larger than its limit',
    code: 'return (await f()).length',
    request: { limits: { inputBytes: 100_000 }, hostFunctions: { f: () => 'x'.repeat(300_000) } },
    needs: ['hostCalls'],
    oracle: 'bounds',
    expects: code('BEDDEL_HOST_FUNCTION_FAILED', 'BEDDEL_GUEST_THROWN'),
  },
  'call-after-end': given('a call after the run’s end', '(async () => { await f(30); await f(0, "late") })(); return 1', (ctx) => ({
    f: async (ms: number, text?: string) => {
      if (text === 'late') ctx.trip('the guest called the host after its end')
      await wait(ms)
    },
  })),
  'late-rejection': {
    title: 'a rejection after the run’s end',
    code: 'f(); return 1',
    request: {
      hostFunctions: {
        f: async () => {
          await wait(40)
          throw new Error('late')
        },
      },
    },
    needs: ['hostCalls'],
    oracle: 'host-crash',
  },
  'call-timeout': {
    title: 'a host function that never answers, under its own time limit',
    code: 'return await f()',
    executorOptions: { hostCallTimeoutMs: 100 },
    request: { limits: { timeoutMs: 900 }, hostFunctions: { f: () => new Promise(() => {}) } },
    needs: ['hostCalls'],
    oracle: 'classification',
    expects: code('BEDDEL_HOST_FUNCTION_FAILED'),
  },
  uncaught: {
    title: 'a failed host call, taken for the guest’s own error',
    code: 'return await f()',
    request: {
      hostFunctions: {
        f: async () => {
          throw new Error('boom')
        },
      },
    },
    needs: ['hostCalls'],
    oracle: 'classification',
    expects: code('BEDDEL_HOST_FUNCTION_FAILED'),
  },
  'unknown-name': {
    title: 'a name that is not there',
    code: 'return await api.missing()',
    request: ({ secrets }) => ({ hostFunctions: { api: { f: () => 1, ...(Object.create({ missing: () => secrets.host }) as object) } } }),
    needs: ['hostCalls'],
    oracle: 'classification',
    run: async (ctx) => {
      const api = Object.create({ missing: () => 1 }) as HostFunctionTree
      await ctx.run('return await api.missing()', { hostFunctions: { api: Object.assign(api, { f: () => 1 }) } })
    },
    expects: thrown('TypeError'),
  },
})

function counted(ctx: AttackContext, allowed: number): HostFunctionTree {
  let calls = 0
  return {
    f: async () => {
      if (++calls > allowed) ctx.trip(`call ${calls} of ${allowed} reached the host`)
    },
  }
}
