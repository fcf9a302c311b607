import { unsupported } from '@beddel/core'

/** In a page an engine is a part of the bundle, and no module of its own. */
export function locateEngine(): never {
  throw unsupported('locateEngine', 'is about packages that are installed, which a page knows nothing of.')
}
