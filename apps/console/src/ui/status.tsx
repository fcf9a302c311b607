import { computed } from '@preact/signals'
import { notice, running, shown } from '../state.ts'
import { duration } from './figures.ts'

const status = computed((): string => {
  if (running.value > 1) return `Running, ${running.value} to go …`
  if (running.value === 1) return 'Running …'
  const { ending, problem, number } = shown.value ?? {}
  if (problem !== undefined) return problem
  if (ending === undefined) return 'Nothing has run yet.'
  const on = ending.engine === undefined ? '' : ` on ${ending.engine}`
  const took = ending.durationMs === undefined ? '' : ` in ${duration(ending.durationMs)}`
  return `Run ${number}: ${ending.error?.code ?? 'a value'}${on}${took}.`
})

/** One line that is also read aloud: what became of the last thing that was asked for. */
export const Status = () => (
  <p class="status" role="status" data-running={running.value > 0}>
    {notice.value === '' || running.value > 0 ? status.value : notice.value}
  </p>
)
