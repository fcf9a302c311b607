import { computed } from '@preact/signals'
import { running, shown } from './state.ts'
import { duration } from './ui/figures.ts'

/** What became of the runs, in one sentence. */
export const statusText = computed((): string => {
  if (running.value > 1) return `Running, ${running.value} to go …`
  if (running.value === 1) return 'Running …'
  const { ending, problem, number } = shown.value ?? {}
  if (problem !== undefined) return problem
  if (ending === undefined) return 'Nothing has run yet.'
  const on = ending.engine === undefined ? '' : ` on ${ending.engine}`
  const took = ending.durationMs === undefined ? '' : ` in ${duration(ending.durationMs)}`
  return `Run ${number}: ${ending.error?.code ?? 'a value'}${on}${took}.`
})
