import { SandboxAdapter } from '@beddel/sandbox-adapter'
import type { Operations } from '../contender.ts'
import { subjectOperations } from '../subject.ts'

/** Our default, as people use it. */
export async function open(): Promise<Operations> {
  const adapter = new SandboxAdapter({ config: false })
  await adapter.ready()
  return subjectOperations({
    run: (source, request) => adapter.tryRun(source, request),
    compile: (source, options) => adapter.compile(source, options),
    session: (options) => adapter.session(options),
  })
}
