import type { FaultKind } from './cell.js'
import type { RunSpec } from './run-spec.js'

export const timeoutMessage = (spec: RunSpec): string =>
  `The run did not finish within its time (${Math.round(spec.timeoutMs)} ms were left when it reached its cell)`
export const memoryMessage = ({ memoryBytes }: Pick<RunSpec, 'memoryBytes'>): string =>
  `The run needed more memory than its limit of ${memoryBytes} bytes (${Number((memoryBytes / 2 ** 20).toFixed(2))} MB; limits.memoryBytes)`
const operationsMessage = (spec: RunSpec): string => `The run made more operations than its limit of ${spec.operations} (limits.operations)`

/** For limits that the guest's side tells of: it does not know them all. */
export function limitMessage(code: string, spec: RunSpec): string | undefined {
  if (code === 'BEDDEL_OPERATION_LIMIT') return operationsMessage(spec)
  if (code === 'BEDDEL_HOST_CALL_LIMIT') return `The run made more host calls than its limit of ${spec.hostCalls} (limits.hostCalls)`
  return undefined
}

/** What a run ends in whose engine stopped its guest; `message` is the engine's. */
export function faultOf(kind: FaultKind, message: string, spec: RunSpec): { code: string; message: string } {
  switch (kind) {
    case 'timeout':
      return { code: 'BEDDEL_TIMEOUT', message: timeoutMessage(spec) }
    case 'memory':
      return { code: 'BEDDEL_MEMORY_LIMIT', message: memoryMessage(spec) }
    case 'stack':
      return { code: 'BEDDEL_STACK_LIMIT', message: 'The guest ran out of stack' }
    case 'operations':
      return { code: 'BEDDEL_OPERATION_LIMIT', message: operationsMessage(spec) }
    case 'stopped':
      return { code: 'BEDDEL_ENGINE_CRASHED', message: 'The guest was stopped without an ending' }
    case 'protocol':
      return { code: 'BEDDEL_PROTOCOL', message: `The cell said what no cell says: ${message}` }
    case 'crash':
      return { code: 'BEDDEL_ENGINE_CRASHED', message: `The engine failed: ${message}` }
  }
}
