import { checkKeys, type EngineId, invalid, type LimitsInput, type Limits, SandboxError, statedLimits } from '@beddel/core'
import { builtin, requireNow, workingDirectory } from './host.js'
import { knownEngine } from './settings.js'

/** What a `beddel.toml` says. */
export interface FileSettings {
  path: string
  engine?: EngineId
  stated: Partial<Limits>
}

/** The keys of the `[sandbox]` table, and the limits that they stand for. */
const LIMITS: Record<string, keyof LimitsInput> = {
  timeout_ms: 'timeoutMs',
  memory_bytes: 'memoryBytes',
  source_bytes: 'sourceBytes',
  input_bytes: 'inputBytes',
  result_bytes: 'resultBytes',
  log_bytes: 'logBytes',
  host_calls: 'hostCalls',
  operations: 'operations',
}

/** Tables that other packages read from the same file, and check by themselves. */
const OTHERS = ['migration']

/** What only code may say: the file may come with the code that is to be run. */
const BY_CODE_ONLY = ['trust', 'allow_vm2', 'accept_host_risk', 'placement', 'codegen', 'wasm', 'web']

/**
 * Reads `beddel.toml`: the file that is named, or the one in the working directory, without a search in its parents.
 * `undefined` where there is none. A mistake in it is a `BEDDEL_INVALID_OPTION` with the file's path and the key.
 */
export function readConfigFile(config: string | false | undefined): FileSettings | undefined {
  const fs = builtin('node:fs')
  const path = builtin('node:path')
  const cwd = workingDirectory()
  if (config === false || fs === undefined || path === undefined || cwd === undefined) return undefined
  const file = path.resolve(cwd, config ?? 'beddel.toml')
  let text: string
  try {
    // A pipe would be waited for, and a device read without end.
    if (!fs.statSync(file).isFile()) throw new Error('it is no regular file')
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (config === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
    throw new SandboxError('BEDDEL_INVALID_OPTION', `config: ${file} cannot be read: ${message}.`, {
      phase: 'configure',
      details: { path: 'config' },
      cause: error,
    })
  }
  return settingsIn(text, file)
}

function settingsIn(text: string, file: string): FileSettings {
  const document = parsed(text, file)
  checkKeys(document, ['sandbox', ...OTHERS], file)
  const table = document.sandbox ?? {}
  const where = `${file} [sandbox]`
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw invalid(where, 'must be a table')
  for (const key of BY_CODE_ONLY) {
    if (key in table) throw invalid(`${where} ${key}`, 'can be said in code only, not by a file')
  }
  checkKeys(table, ['engine', ...Object.keys(LIMITS)], where)
  const given = table as Record<string, unknown>
  const settings: FileSettings = { path: file, stated: {} }
  for (const [key, name] of Object.entries(LIMITS)) {
    if (given[key] !== undefined) Object.assign(settings.stated, oneLimit(name, given[key], `${where} ${key}`))
  }
  if (given.engine !== undefined) {
    if (typeof given.engine !== 'string') throw invalid(`${where} engine`, 'must be a string', given.engine)
    settings.engine = knownEngine(given.engine, `${where} engine`)
  }
  return settings
}

function oneLimit(name: keyof LimitsInput, value: unknown, where: string): Partial<Limits> {
  try {
    return statedLimits({ [name]: value })
  } catch (error) {
    // The same rule; only the key is called otherwise here.
    const { message } = error as SandboxError
    throw new SandboxError('BEDDEL_INVALID_OPTION', message.replace(`limits.${name}`, where), {
      phase: 'configure',
      details: { path: where },
    })
  }
}

function parsed(text: string, file: string): Record<string, unknown> {
  const { parse } = requireNow('smol-toml') as typeof import('smol-toml')
  try {
    return parse(text)
  } catch (error) {
    const { line, column, message } = error as { line?: number; column?: number; message: string }
    const what = message.split('\n')[0]?.replace(/^Invalid TOML document: /, '')
    throw new SandboxError('BEDDEL_INVALID_OPTION', `${file} is not valid TOML, line ${line}, column ${column}: ${what}.`, {
      phase: 'configure',
      details: { path: file, line, column },
      cause: error,
    })
  }
}
