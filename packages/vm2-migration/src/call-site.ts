import { relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getCallSites } from 'node:util'

/** The folder of this package's own code. */
const own = fileURLToPath(new URL('.', import.meta.url))
const FRAMES = 24

/** The file that makes a VM: the nearest frame outside of this package, relative to the working directory, with `/`. */
export function callingFile(): string | undefined {
  for (const { scriptName } of getCallSites(FRAMES)) {
    if (scriptName === '' || scriptName.startsWith('node:') || scriptName.startsWith('evalmachine')) continue
    const path = scriptName.startsWith('file:') ? fileURLToPath(scriptName) : scriptName
    if (path.startsWith(own)) continue
    return relative(resolve('.'), resolve(path)).replaceAll(sep, '/')
  }
  return undefined
}
