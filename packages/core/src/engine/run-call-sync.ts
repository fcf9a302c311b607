import type { Outcome, RunRequest } from '../spec.js'
import type { Admitted, ExecutorDefaults } from './admission.js'
import type { Job, JobHandle } from './cell-host.js'
import { RunCall } from './run-call.js'
import type { StatsCounter } from './stats.js'

/** A call that has settled when it returns. */
export function runCallSync(
  admitted: Admitted,
  defaults: ExecutorDefaults,
  request: RunRequest,
  stats: StatsCounter,
  hash: string | undefined,
  submit: (job: Job) => JobHandle | undefined,
): Outcome {
  const tenant = request.tenant ?? defaults.options.tenant
  const call = new RunCall(
    admitted,
    defaults,
    request,
    tenant,
    stats.track(() => {}),
    hash,
    true,
  )
  call.start(submit)
  if (call.outcome === undefined) {
    call.ended({
      kind: 'fault',
      code: 'BEDDEL_TIMEOUT',
      message: 'A synchronous run cannot wait for an asynchronous host function or a timer',
      figures: {},
    })
  }
  return call.outcome as unknown as Outcome
}
