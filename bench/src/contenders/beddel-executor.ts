import { IsolatedVmExecutor } from '@beddel/executor-isolated-vm'
import type { Operations } from '../contender.ts'
import { subjectOperations } from '../subject.ts'

/** The executor without the adapter, to see what the adapter costs. */
export async function open(): Promise<Operations> {
  const executor = new IsolatedVmExecutor()
  await executor.ready()
  return subjectOperations(executor)
}
