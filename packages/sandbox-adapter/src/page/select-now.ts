import { unsupported } from '@beddel/core'
import type { Selected } from '../select.js'

/** No engine of a page can make its caller wait. */
export function selectExecutorNow(): Selected {
  throw unsupported('runSync', 'is not what an engine in a page can do: use run().')
}
