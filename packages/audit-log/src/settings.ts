import type { KeyObject } from 'node:crypto'
import { checkKeys, invalid } from '@beddel/core'
import type { AuditError } from './audit-error.js'
import { type KeyInput, privateKeyOf, publicKeyOf, publicKeyText } from './keys.js'
import { type RedactPath, redactPaths } from './redact.js'
import type { Keep } from './record-of-run.js'
import { sqliteStore } from './sqlite-store.js'
import type { AuditStore } from './store.js'
import type { WriterLimits } from './writer.js'

export interface AuditLogOptions {
  /** Where it is kept. Default: `sqliteStore()`, which is `.beddel/audit.sqlite` in the working directory. */
  store?: AuditStore
  /** The log's name: letters, digits and `._-`, at most 64. A store may have several. Default `main`. */
  log?: string
  /** The Ed25519 private key that signs checkpoints, as PEM or a KeyObject. Without one there are none. */
  key?: KeyInput
  /** Public keys that verification trusts. Default: that of `key`, where there is one. */
  trustedKeys?: readonly KeyInput[]
  /** How often a checkpoint is signed while entries come: after so many of them, and after so many milliseconds. Default 1 000 and 60 000. */
  checkpointEvery?: { entries?: number; ms?: number }
  /** An unlogged run must not happen: runs of the adapter wait for the log, and are refused where it fails. Default false. */
  required?: boolean
  /** What is kept of a run besides facts and hashes. Default: nothing. */
  keep?: Keep
  /** Paths in what is kept, as `input.user.password`, `result.*.token` or `**.secret`; what lies there is replaced. */
  redact?: readonly string[]
  /** Records that may wait for the store; more are `AUDIT_BACKLOG`. Default 10 000. */
  maxPending?: number
  /** Text of waiting records, in UTF-16 units. Default 64 Mi. */
  maxPendingBytes?: number
  /** Entries of one transaction. Default 500. */
  maxBatch?: number
  /**
   * How long a record waits for others to share its transaction, in milliseconds. Default 2, and 50 for runs of the adapter
   * that do not wait for the log (without `required`): a transaction for every few runs would cost them a fifth of their rate.
   */
  groupMs?: number
  /** How long a record may wait to be acknowledged, in milliseconds, before `AUDIT_TIMEOUT`. Default 10 000. */
  ackTimeoutMs?: number
  /** Told of each attempt to write that failed, and of records that were not taken. Default: a warning of the process, once for each code. */
  onError?: (error: AuditError) => void
}

export interface LogSettings {
  store: AuditStore
  log: string
  key: KeyObject | undefined
  trustedKeys: readonly KeyObject[] | undefined
  every: { entries: number; ms: number }
  required: boolean
  keep: Keep
  redact: RedactPath[]
  limits: WriterLimits
  /** How long a record waits for others: one that was appended, and one of an adapter's run. */
  groupMs: number
  runGroupMs: number
  onError: (error: AuditError) => void
}

const GROUP_MS = 2
const UNAWAITED_GROUP_MS = 50

const KEYS: Record<keyof AuditLogOptions, true> = {
  store: true,
  log: true,
  key: true,
  trustedKeys: true,
  checkpointEvery: true,
  required: true,
  keep: true,
  redact: true,
  maxPending: true,
  maxPendingBytes: true,
  maxBatch: true,
  groupMs: true,
  ackTimeoutMs: true,
  onError: true,
}

export function logSettings(options: AuditLogOptions = {}): LogSettings {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'must be an object', options)
  checkKeys(options, Object.keys(KEYS), 'options')
  const { log = 'main', required = false, keep = {}, checkpointEvery = {}, onError } = options
  if (typeof log !== 'string' || !/^[\w.-]{1,64}$/.test(log)) throw invalid('log', 'must be 1 to 64 letters, digits and ._-', log)
  if (typeof required !== 'boolean') throw invalid('required', 'must be true or false', required)
  checkKeys(keep, ['code', 'input', 'result', 'messages'], 'keep')
  for (const [key, value] of Object.entries(keep))
    if (value !== undefined && typeof value !== 'boolean') throw invalid(`keep.${key}`, 'must be true or false', value)
  checkKeys(checkpointEvery, ['entries', 'ms'], 'checkpointEvery')
  if (onError !== undefined && typeof onError !== 'function') throw invalid('onError', 'must be a function', onError)
  if (options.store !== undefined && typeof options.store?.append !== 'function')
    throw invalid('store', 'must be a store, as sqliteStore() gives one', options.store)
  const key = options.key === undefined ? undefined : privateKeyOf(options.key)
  const trusted = options.trustedKeys?.map(publicKeyOf) ?? (key && [publicKeyOf(key)])
  if (key !== undefined && trusted?.every((one) => publicKeyText(one) !== publicKeyText(key)) === true) {
    throw invalid('trustedKeys', 'must have the public key of key: the log would not trust its own checkpoints')
  }
  const groupMs = whole('groupMs', options.groupMs, GROUP_MS, 0)
  return {
    store: options.store ?? sqliteStore(),
    log,
    key,
    trustedKeys: trusted,
    every: {
      entries: whole('checkpointEvery.entries', checkpointEvery.entries, 1_000),
      ms: whole('checkpointEvery.ms', checkpointEvery.ms, 60_000),
    },
    required,
    keep,
    redact: redactPaths(options.redact, 'redact'),
    limits: {
      maxPending: whole('maxPending', options.maxPending, 10_000),
      maxPendingBytes: whole('maxPendingBytes', options.maxPendingBytes, 64 * 1024 * 1024),
      maxBatch: whole('maxBatch', options.maxBatch, 500),
      ackTimeoutMs: whole('ackTimeoutMs', options.ackTimeoutMs, 10_000),
    },
    groupMs,
    runGroupMs: required ? groupMs : (options.groupMs ?? UNAWAITED_GROUP_MS),
    onError: onError ?? warnOnce(),
  }
}

function whole(path: string, value: unknown, byDefault: number, min = 1): number {
  if (value === undefined) return byDefault
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > 2 ** 31 - 1)
    throw invalid(path, `must be a whole number from ${min}`, value)
  return value as number
}

function warnOnce(): (error: AuditError) => void {
  const told = new Set<string>()
  return ({ code, message }) => {
    if (told.has(code)) return
    told.add(code)
    process.emitWarning(message, { type: 'AuditLogWarning', code })
  }
}
