import { type ExecutorOptions, invalid, oneOf, SandboxError, unsupported } from '@beddel/core'
import { ENGINE } from './capabilities.js'

export interface Vm2Options extends ExecutorOptions {
  /** The caller knows that vm2 is no boundary. Without it, or `BEDDEL_ALLOW_VM2=1`, there is no executor. */
  allowVm2?: boolean
  /** Do not print vm2's disclaimer. `BEDDEL_SUPPRESS_VM2_WARNING=1` does the same. */
  suppressWarning?: boolean
  /** vm2's name for `globals`. Values only: what the guest may call belongs into `hostFunctions`. */
  sandbox?: Record<string, unknown>
}

export const VM2_KEYS = ['allowVm2', 'suppressWarning', 'sandbox'] as const

/** Checks what only this engine has, and gives the options of every engine. */
export function commonOptions(options: Vm2Options): ExecutorOptions {
  const { allowVm2, suppressWarning, sandbox, ...common } = options
  for (const [key, value] of Object.entries({ allowVm2, suppressWarning })) {
    if (value !== undefined && typeof value !== 'boolean') throw invalid(key, 'must be true or false', value)
  }
  if (!(allowVm2 ?? process.env.BEDDEL_ALLOW_VM2 === '1')) {
    throw new SandboxError(
      'BEDDEL_TRUST_FLOOR',
      'vm2 is not a boundary and runs only where that was accepted: give allowVm2: true, or set BEDDEL_ALLOW_VM2=1.',
      { phase: 'configure', engine: ENGINE },
    )
  }
  if (oneOf('placement', common.placement, ['process', 'in-process']) === 'process') {
    throw unsupported('placement', `"${String(common.placement)}" is not what ${ENGINE} has. It has: in-process.`, { engine: ENGINE })
  }
  if (common.processes !== undefined)
    throw unsupported('processes', `has no meaning here: ${ENGINE} runs in this process.`, { engine: ENGINE })
  if (sandbox === undefined) return common
  if (common.globals !== undefined) throw invalid('sandbox', 'is the old name of globals: give one of the two')
  if (typeof sandbox !== 'object' || sandbox === null) throw invalid('sandbox', 'must be an object', sandbox)
  return { ...common, globals: sandbox }
}
