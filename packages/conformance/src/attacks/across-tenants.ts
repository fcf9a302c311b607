import type { RunRequest } from '@beddel/core'
import { type AttackOf, family } from './attack.js'

const READ = 'typeof leak === "undefined" ? "clean" : leak'
const STAIN = 'globalThis.leak = Object.prototype.leak = bait.marker;'
const MINE: RunRequest = { tenant: 'attacker' }
const THEIRS: RunRequest = { tenant: 'victim' }

/** A stain that one tenant leaves, and how its run ends; another tenant looks for it. */
const crosses = (title: string, attacker: string, more: Partial<AttackOf> & { with?: RunRequest } = {}): AttackOf => {
  const { with: request = {}, ...rest } = more
  return {
    title,
    run: async (ctx) => {
      await ctx.run(attacker, { ...MINE, ...request })
      const { limits: _limits, ...same } = request
      await ctx.victim(`${READ} + ({}).leak`, { ...THEIRS, ...same })
    },
    oracle: 'cross-run',
    ...rest,
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** State that goes from one tenant to another. */
export const acrossTenants = family('across-tenants', {
  'after-value': crosses('after a run that gave a value', `${STAIN} 1`),
  'after-throw': crosses('after a run that threw', `${STAIN} throw new Error("x")`),
  'after-timeout': crosses('after a run that was stopped', `${STAIN} await new Promise(() => {})`, {
    with: { limits: { timeoutMs: 250 } },
  }),
  'after-overflow': crosses('after a run that filled its stack', `${STAIN} (function f() { return 1 + f() })()`),
  'after-rejection': crosses('after a rejection that nobody handled', `${STAIN} Promise.reject(new Error("x")); 1`),
  'in-contexts': crosses('where only contexts are new', `${STAIN} 1`, { with: { freshness: 'context' }, needs: ['context'] }),
  'in-contexts-parked': {
    title: 'where only contexts are new and the other run waits',
    needs: ['context', 'hostCalls'],
    run: async (ctx) => {
      const more: RunRequest = { freshness: 'context', hostFunctions: { pause: () => pause(80) } }
      await Promise.all([
        ctx.run(`${STAIN} await pause(); return 1`, { ...MINE, ...more }),
        ctx.victim(`await pause(); return ${READ} + ({}).leak`, { ...THEIRS, ...more }),
      ])
    },
    oracle: 'cross-run',
  },
  'at-once': {
    title: 'two tenants at the same time, many times',
    needs: ['hostCalls'],
    run: async (ctx) => {
      const more: RunRequest = { hostFunctions: { pause: () => pause(5) } }
      const mine = Array.from({ length: 4 }, () => ctx.run(`${STAIN} await pause(); return 1`, { ...MINE, ...more }))
      const theirs = Array.from({ length: 4 }, () => ctx.victim(`await pause(); return ${READ} + ({}).leak`, { ...THEIRS, ...more }))
      await Promise.all([...mine, ...theirs])
    },
    oracle: 'cross-run',
  },
  'same-source': {
    title: 'one source that both tenants run',
    run: async (ctx) => {
      const source = 'globalThis.seen ??= typeof input === "undefined" ? "" : input; seen'
      await ctx.run(source, { ...MINE, input: ctx.scene.bait.marker })
      await ctx.victim(source, { ...THEIRS, input: 'mine' })
    },
    oracle: 'cross-run',
  },
  'same-program': {
    title: 'one program that both tenants run',
    needs: ['compile'],
    run: async (ctx) => {
      const program = await ctx.executor.compile?.('globalThis.seen ??= typeof input === "undefined" ? undefined : input; seen')
      if (program === undefined) throw new Error('no compile')
      const limits = { timeoutMs: 2_000 }
      await ctx.watch(() => program.run({ ...MINE, input: ctx.scene.bait.marker, limits }), 2_000)
      await ctx.watch(() => program.run({ ...THEIRS, input: 'mine', limits }), 2_000, true)
      await program.dispose()
    },
    oracle: 'cross-run',
  },
  session: {
    title: 'from a tenant’s session to another tenant’s',
    needs: ['session'],
    run: async (ctx) => {
      const mine = await ctx.session({ tenant: 'attacker' })
      await mine.run(`${STAIN} 1`)
      const theirs = await ctx.session({ tenant: 'victim' }, true)
      await theirs.run(`${READ} + ({}).leak`)
      await mine.session.dispose()
      await theirs.session.dispose()
    },
    oracle: 'cross-run',
  },
  'host-function': {
    title: 'a host function of one tenant, called by its name from another',
    needs: ['hostCalls'],
    run: async (ctx) => {
      const secret = { secret: () => ctx.scene.bait.marker }
      await ctx.run('return await secret()', { ...MINE, hostFunctions: secret })
      await ctx.victim('return typeof secret === "function" ? await secret() : "clean"', THEIRS)
    },
    oracle: 'cross-run',
  },
  'host-function-at-once': {
    title: 'two tenants with a host function of the same name, at the same time',
    needs: ['hostCalls'],
    run: async (ctx) => {
      const lent = (text: string): RunRequest => ({
        hostFunctions: {
          who: async () => {
            await pause(20)
            return text
          },
        },
      })
      await Promise.all([
        ctx.victim('let s = ""; for (let i = 0; i < 5; i++) s += await who(); return s', { ...THEIRS, ...lent('mine') }),
        ctx.run('let s = ""; for (let i = 0; i < 5; i++) s += await who(); return s', { ...MINE, ...lent(ctx.scene.bait.marker) }),
      ])
    },
    oracle: 'cross-run',
  },
  logs: {
    title: 'lines of one tenant in the logs of another',
    run: async (ctx) => {
      await Promise.all([
        ctx.run('for (let i = 0; i < 20; i++) console.log(bait.marker); 1', MINE),
        ctx.victim('for (let i = 0; i < 20; i++) console.log("mine"); 1', THEIRS),
      ])
    },
    oracle: 'cross-run',
  },
  error: {
    title: 'the error of one tenant in the outcome of another',
    run: async (ctx) => {
      await ctx.run('throw new Error(bait.marker)', MINE)
      await ctx.victim('throw new Error("mine")', THEIRS)
    },
    oracle: 'cross-run',
  },
})
