import { type ExecutorOptions, type ExecutorProvider, type Probe, SPEC } from '@beddel/core'
import type { EngineEntry, LoadedEngine } from './engine-entry.js'

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

export function checked(loaded: LoadedEngine, entry: EngineEntry): LoadedEngine | Missing {
  const spec: unknown = loaded.provider?.spec
  if (spec === SPEC) return loaded
  return {
    reason: `${entry.package} speaks ${String(spec)}, not ${SPEC}`,
    fix: `install versions of ${entry.package} and this adapter that go together`,
  }
}

export function missing(entry: EngineEntry, error: unknown): Missing {
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
