import { type EngineId, SandboxError } from '@beddel/core'
import { engineEntry } from './engine-list.js'
import { builtin, resolveNow } from './host.js'
import { knownEngine } from './settings.js'

/**
 * The URL of the module that exports an engine's provider, for a tool that loads it in a process of its own.
 *
 * @throws `BEDDEL_INVALID_OPTION` for a name that is no engine's, `BEDDEL_ENGINE_UNAVAILABLE` where its package is not
 * installed.
 */
export function locateEngine(name: EngineId): string {
  const entry = engineEntry(knownEngine(name, 'engine'))
  try {
    const { href } = (builtin('node:url') as typeof import('node:url')).pathToFileURL(resolveNow(entry.package))
    return href
  } catch (cause) {
    throw new SandboxError(
      'BEDDEL_ENGINE_UNAVAILABLE',
      `The package ${entry.package} is not to be found from here: npm install ${entry.package}`,
      {
        phase: 'configure',
        engine: entry.id,
        cause,
      },
    )
  }
}
