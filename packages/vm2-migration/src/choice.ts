import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkKeys, invalid, SandboxError } from '@beddel/core'
import { parse } from 'smol-toml'

/** The engine that every call site begins with: vm2 itself. */
export const LEGACY = 'vm2'
/** The environment variable that chooses the engine of VMs whose code does not. */
export const ENGINE_VARIABLE = 'BEDDEL_VM2_ENGINE'

/**
 * The engine for a VM: what its code says, else the environment, else `engine` under `[migration]` in `beddel.toml` (in the
 * working directory), else vm2.
 */
export function chooseEngine(engine: unknown, config: unknown): string {
  if (engine !== undefined) {
    if (typeof engine !== 'string' || engine === '') throw invalid('engine', 'must be the name of an engine', engine)
    return engine
  }
  const { [ENGINE_VARIABLE]: fromEnvironment } = process.env
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment
  return fromFile(config) ?? LEGACY
}

function fromFile(config: unknown): string | undefined {
  if (config === false) return undefined
  if (config !== undefined && (typeof config !== 'string' || config === '')) {
    throw invalid('config', 'must be a path, or false for no file', config)
  }
  const file = resolve(config ?? 'beddel.toml')
  const document = read(file, config !== undefined)
  if (document === undefined) return undefined
  const where = `${file} [migration]`
  const table = (document.migration ?? {}) as Record<string, unknown>
  if (typeof table !== 'object' || Array.isArray(table)) throw invalid(where, 'must be a table')
  checkKeys(table, ['engine'], where)
  if (table.engine !== undefined && typeof table.engine !== 'string') throw invalid(`${where} engine`, 'must be a string', table.engine)
  return table.engine
}

function read(file: string, named: boolean): Record<string, unknown> | undefined {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!named && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
    throw new SandboxError('BEDDEL_INVALID_OPTION', `config: ${file} cannot be read: ${message}`, {
      phase: 'configure',
      details: { path: 'config' },
      cause: error,
    })
  }
}
