import { type ExecutorOptions, type ExecutorProvider, type Probe, SandboxError, SPEC } from '@beddel/core'
import type { EngineEntry, LoadedEngine } from './engines.js'
import { builtin, resolveNow } from './host.js'

/** Why an engine's package cannot be had. */
export interface Missing {
  provider?: undefined
  reason: string
  fix: string
}

export async function loadEngine(entry: EngineEntry): Promise<LoadedEngine | Missing> {
  try {
    return checked(await entry.load(), entry)
  } catch (error) {
    return missing(entry, error)
  }
}

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

function checked(loaded: LoadedEngine, entry: EngineEntry): LoadedEngine | Missing {
  const spec: unknown = loaded.provider?.spec
  if (spec === SPEC) return loaded
  return {
    reason: `${entry.package} speaks ${String(spec)}, not ${SPEC}`,
    fix: `install versions of ${entry.package} and this adapter that go together`,
  }
}

function missing(entry: EngineEntry, error: unknown): Missing {
  const { code, message = String(error) } = error as { code?: string; message?: string }
  const absent = (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${entry.package}'`)
  const fix = `npm install ${entry.package}`
  return absent
    ? { reason: `the package ${entry.package} is not installed`, fix }
    : { reason: `${entry.package} cannot be loaded: ${message}`, fix }
}

const cache = new WeakMap<ExecutorProvider, Map<string, Promise<Probe>>>()

/**
 * Runs an engine's own probe and remembers what it found for the life of this process; `again` asks once more where it
 * had failed. Never rejects.
 */
export async function probeEngine(
  { id }: EngineEntry,
  provider: ExecutorProvider,
  options: ExecutorOptions,
  again = false,
): Promise<Probe> {
  const run = (): Promise<Probe> => provider.probe(options).catch((error: unknown) => failedProbe(id, error))
  const key = cacheKey(options)
  if (key === undefined) return run()
  const done = cache.get(provider) ?? new Map<string, Promise<Probe>>()
  cache.set(provider, done)
  const known = done.get(key)
  if (known !== undefined && (!again || (await known).usable)) return known
  const probe = run()
  done.set(key, probe)
  return probe
}

/** `undefined` where an option is a function: two of those cannot be told apart. */
function cacheKey(options: ExecutorOptions): string | undefined {
  let plain = true
  const text = JSON.stringify(options, (_, value: unknown) => {
    plain &&= typeof value !== 'function'
    return value
  })
  return plain ? text : undefined
}

export function failedProbe(engine: string, error: unknown): Probe {
  return { engine, usable: false, reason: error instanceof Error ? error.message : String(error), durationMs: 0 }
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
