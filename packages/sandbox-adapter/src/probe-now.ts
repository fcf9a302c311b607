import { type ExecutorOptions, type Probe, SandboxError, SPEC } from '@beddel/core'
import type { EngineEntry, LoadedEngine } from './engine-entry.js'
import { builtin, resolveNow } from './host.js'
import { checked, failedProbe, type Missing, missing } from './probes.js'

/** Throws a `BEDDEL_BUSY` where an asynchronous call is loading the package at this moment: it is there, but not yet to be had. */
export function loadEngineNow(entry: EngineEntry): LoadedEngine | Missing {
  try {
    return checked(entry.loadNow(), entry)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_REQUIRE_ESM_RACE_CONDITION') {
      throw new SandboxError(
        'BEDDEL_BUSY',
        `${entry.package} is being loaded by an asynchronous call: await ready() before a synchronous one.`,
        {
          phase: 'configure',
          engine: entry.id,
          retryable: true,
          cause: error,
        },
      )
    }
    return missing(entry, error)
  }
}

/** Says which provider a package has, runs its probe, and prints the answer. Plain Node, in a process of its own. */
const SCRIPT = `
const [url, spec, options] = process.argv.slice(1)
const provider = Object.values(await import(url)).find((value) => value?.spec === spec)
process.stdout.write('\\n' + JSON.stringify(await provider.probe(JSON.parse(options))))
process.exit(0)
`

/** The probe for a caller who cannot wait, in a process of its own. */
export function probeEngineNow(entry: EngineEntry, options: ExecutorOptions): Probe {
  const child = builtin('node:child_process')
  if (child === undefined) return failedProbe(entry.id, 'it cannot be probed synchronously here')
  try {
    const { href } = (builtin('node:url') as typeof import('node:url')).pathToFileURL(resolveNow(entry.package))
    const { stdout, stderr, error } = child.spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', SCRIPT, '--', href, SPEC, JSON.stringify(options)],
      { encoding: 'utf8', timeout: 30_000, windowsHide: true },
    )
    if (error !== undefined) return failedProbe(entry.id, error)
    const answer = stdout.slice(stdout.lastIndexOf('\n') + 1)
    return answer === '' ? failedProbe(entry.id, `its probe died: ${stderr.trim().slice(-500)}`) : (JSON.parse(answer) as Probe)
  } catch (error) {
    return failedProbe(entry.id, error)
  }
}
