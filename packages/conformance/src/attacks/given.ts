import type { HostFunctionTree, RunRequest } from '@beddel/core'
import type { AttackContext } from '../harness/context.js'
import type { AttackOf } from './attack.js'

/** A host function that looks at what it is given. */
export const given = (
  title: string,
  source: string,
  looks: (ctx: AttackContext) => HostFunctionTree,
  more: Partial<AttackOf> & { with?: RunRequest } = {},
): AttackOf => {
  const { with: request, ...rest } = more
  return {
    title,
    run: async (ctx) => {
      await ctx.run(source, { ...request, hostFunctions: looks(ctx) })
      await ctx.wait(60)
    },
    needs: ['hostCalls'],
    oracle: 'tripwire',
    ...rest,
  }
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
