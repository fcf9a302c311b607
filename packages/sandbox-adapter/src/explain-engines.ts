import type { AdapterOptions } from './adapter-options.js'
import type { Explanation } from './explanation.js'
import { settingsOf } from './settings.js'

/**
 * Loads and probes every engine and says what these options would choose. Never throws for what the environment, a
 * file or the machine lacks: that is in the report. Mistakes in the options themselves throw.
 */
export async function explainEngines(options?: AdapterOptions): Promise<Explanation> {
  const settings = settingsOf(options)
  const { explain } = await import('./explain.js')
  return explain(settings)
}
