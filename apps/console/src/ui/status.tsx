import { notice, running } from '../state.ts'
import { statusText } from '../status-text.ts'

/** One line that is also read aloud: what became of the last thing that was asked for. */
export const Status = () => (
  <p class="status" role="status" data-running={running.value > 0}>
    {notice.value === '' || running.value > 0 ? statusText.value : notice.value}
  </p>
)
