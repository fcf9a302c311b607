import { readFileSync, statSync } from 'node:fs'
import type { AuditFilter, AuditLog, AuditStore, Checkpoint, ConsistencyProof, InclusionProof, Verification } from '@beddel/audit-log'
import { SandboxError } from '@beddel/sandbox-adapter'
import { EXIT } from '../exit-codes.js'
import { printErr, printOut, UsageError } from '../print.js'
import { Progress } from '../progress.js'
import { writeOut } from '../write-out.js'

interface LogFlags {
  db?: string
  postgres?: string
  schema?: string
  log?: string
  key?: string[]
}

interface FilterFlags {
  tenant?: string
  effect?: string
  who?: string
  engine?: string
  ending?: string
  since?: string
  until?: string
}

export interface AuditVerifyFlags extends LogFlags {
  file?: string
  checkpoint?: string[]
  json?: boolean
}

export interface AuditExportFlags extends LogFlags, FilterFlags {
  format: 'jsonl' | 'records' | 'csv'
  redact?: string[]
  out?: string
}

export interface AuditReportFlags extends LogFlags, FilterFlags {
  title?: string
  out?: string
}

export interface AuditProofFlags extends LogFlags {
  entry?: number
  sinceCheckpoint?: string
  out?: string
}

type Package = typeof import('@beddel/audit-log')

/** Verifies a log, an export or a proof; returns the exit code: 1 where it is damaged. */
export function auditVerify(flags: AuditVerifyFlags): Promise<number> {
  return told(async (audit) => {
    const trustedKeys = keysOf(flags)
    const checkpoints = (flags.checkpoint ?? []).map((file) => checkpointIn(audit, file))
    const proof = flags.file === undefined ? undefined : proofIn(flags.file)
    if (proof !== undefined) {
      if (checkpoints.length > 0) throw new UsageError(`${flags.file} is a proof: --checkpoint goes with a log or an export.`)
      const result = audit.verifyProof(proof, { ...(trustedKeys && { trustedKeys }) })
      printOut(
        flags.json === true
          ? JSON.stringify(result, null, 2)
          : result.valid
            ? `The proof holds.${unpinned(result.trusted)}`
            : `The proof does not hold: ${result.reason}.`,
      )
      return result.valid ? EXIT.ok : EXIT.guest
    }
    const progress = new Progress('verified')
    const options = { ...(trustedKeys && { trustedKeys }), checkpoints, onProgress: progress.of }
    const found =
      flags.file === undefined
        ? await withLog(audit, flags, (log) => log.verify(options), checkpoints)
        : await audit.verifyExport(audit.linesOf(existing(flags.file))(), options)
    progress.end()
    printOut(flags.json === true ? JSON.stringify(found, null, 2) : verificationText(audit, found))
    return found.valid ? EXIT.ok : EXIT.guest
  })
}

export function auditExport(flags: AuditExportFlags): Promise<number> {
  return told((audit) =>
    withLog(audit, flags, async (log) => {
      const filter = filterOf(flags)
      const progress = new Progress('exported')
      const { format, redact } = flags
      const pieces = log.export({
        format,
        ...(Object.keys(filter).length > 0 && { filter }),
        ...(redact && { redact }),
        onProgress: progress.of,
      })
      await writeOut(pieces, flags.out)
      progress.end()
      return EXIT.ok
    }),
  )
}

export function auditReport(flags: AuditReportFlags): Promise<number> {
  return told((audit) =>
    withLog(audit, flags, async (log) => {
      const progress = new Progress('verified')
      const html = await log.report({
        filter: filterOf(flags),
        ...(flags.title !== undefined && { title: flags.title }),
        verify: { onProgress: progress.of },
      })
      progress.end()
      await writeOut([html], flags.out)
      return EXIT.ok
    }),
  )
}

export function auditProof(flags: AuditProofFlags): Promise<number> {
  return told((audit) => {
    const { entry, sinceCheckpoint } = flags
    if ((entry === undefined) === (sinceCheckpoint === undefined)) throw new UsageError('Give either --entry or --since-checkpoint.')
    return withLog(audit, flags, async (log) => {
      const progress = new Progress('entries read')
      const onProgress = (entries: number): void => progress.of({ entries })
      const proof =
        entry === undefined
          ? await log.proveConsistency(checkpointIn(audit, sinceCheckpoint as string), undefined, onProgress)
          : await log.prove(entry, { onProgress })
      progress.end()
      await writeOut([`${JSON.stringify(proof, null, 2)}\n`], flags.out)
      return EXIT.ok
    })
  })
}

/** What SQLite says of a file that is no database. */
const NO_DATABASE = 26

/** The log is an optional peer: who only runs code needs no database. */
async function told(work: (audit: Package) => Promise<number>): Promise<number> {
  try {
    return await work(await loadPackage())
  } catch (error) {
    printErr(`error: ${error instanceof Error ? error.message : String(error)}`)
    const { code = '', details } = error as { code?: string; details?: { sqliteCode?: number } }
    const isUsage =
      error instanceof UsageError || SandboxError.isInstance(error) || /^AUDIT_(CHECKPOINT|KEY|NOT_FOUND|PRUNED|DEPENDENCY)$/.test(code)
    // What is no database is no damaged log.
    if (details?.sqliteCode === NO_DATABASE) return EXIT.engine
    if (code === 'AUDIT_IMPORT' || code === 'AUDIT_STORE_CORRUPT') return EXIT.guest
    return isUsage ? EXIT.usage : EXIT.engine
  }
}

async function loadPackage(): Promise<Package> {
  try {
    return await import('@beddel/audit-log')
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('The package @beddel/audit-log is not installed: npm install @beddel/audit-log')
  }
}

/** `checkpoints`: the log is to be verified, and may be one that somebody has thrown away. */
async function withLog<T>(
  audit: Package,
  flags: LogFlags,
  work: (log: AuditLog) => Promise<T>,
  checkpoints?: readonly Checkpoint[],
): Promise<T> {
  const { db, schema, log: name = 'main' } = flags
  const url = flags.postgres ?? (db === undefined ? process.env.BEDDEL_AUDIT_POSTGRES : undefined)
  if (db !== undefined && flags.postgres !== undefined) throw new UsageError('Give either --db or --postgres.')
  const store =
    url === undefined
      ? audit.sqliteStore({ file: existing(db ?? '.beddel/audit.sqlite'), readOnly: true })
      : audit.postgresStore({ connectionString: url, ...(schema !== undefined && { schema }) })
  const trustedKeys = keysOf(flags)
  await using log = new audit.AuditLog({ store, log: name, ...(trustedKeys && { trustedKeys }) })
  await log.ready()
  const logs = await store.logs()
  if (!logs.includes(name) && !(checkpoints !== undefined && (await hasTraces(store, name, checkpoints))))
    throw new UsageError(`There is no log ${name} in ${store.description}${logs.length > 0 ? `: it has ${logs.join(', ')}` : ''}.`)
  return await work(log)
}

/** Whether there was a log once: something is left of it, or somebody has a checkpoint of it. */
async function hasTraces(store: AuditStore, log: string, checkpoints: readonly Checkpoint[]): Promise<boolean> {
  if (checkpoints.some((checkpoint) => checkpoint.log === log)) return true
  const entries = await store.read(log, { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, limit: 1 })
  return entries.length > 0 || (await store.checkpoints(log, 0, 1)).length > 0
}

function existing(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) throw new UsageError(`${file} is not there.`)
  if (found.isDirectory()) throw new UsageError(`${file} is a folder.`)
  return file
}

function textOf(file: string): string {
  try {
    return readFileSync(existing(file), 'utf8')
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

const keysOf = ({ key }: LogFlags): string[] | undefined => key?.map(textOf)

function json(file: string): unknown {
  const text = textOf(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}`)
  }
}

function checkpointIn({ isCheckpoint }: Package, file: string): Checkpoint {
  const read = json(file)
  if (!isCheckpoint(read)) throw new UsageError(`${file} is no checkpoint: it has not the fields of one.`)
  return read
}

/** A proof is one JSON object; an export begins with a line of its own. */
function proofIn(file: string): InclusionProof | ConsistencyProof | undefined {
  if (!existing(file).endsWith('.json')) return undefined
  const read = json(file) as InclusionProof | ConsistencyProof | null
  return read?.type === 'inclusion' || read?.type === 'consistency' ? read : undefined
}

function filterOf({ tenant, effect, who, engine, ending, since, until }: FilterFlags): AuditFilter {
  const given = { tenant, effect, who, engine, ending, since: timeOf('--since', since), until: timeOf('--until', until) }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function timeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new UsageError(`${flag} must be a time, as 2026-01-31 or 2026-01-31T12:00:00Z.`)
  return time
}

const unpinned = (trusted: boolean): string => (trusted ? '' : ' The signature is good, and nobody said whose key it must be: give --key.')

function verificationText({ keyName }: Package, found: Verification): string {
  const { valid, damage, log, entries, pruned, checkpoint, checkpoints, trusted, unsigned, root, durationMs } = found
  const lines = [
    valid
      ? `The log ${log} is whole: ${entries} entries in ${(durationMs / 1_000).toFixed(1)} s.`
      : `The log ${log} is damaged. ${damage?.message}`,
    ...(pruned > 0 ? [`Retention has removed ${pruned} entries before them.`] : []),
    ...(valid ? [] : [`${entries} entries before that are good.`]),
    checkpoint === undefined
      ? 'No checkpoint vouches for it.'
      : `${checkpoints} checkpoints; the last one covers ${checkpoint.size} entries, key ${keyName(checkpoint.key)}, ${new Date(checkpoint.time).toISOString()}. ${unsigned} entries came after it.${unpinned(trusted)}`,
    `root ${root}`,
  ]
  return lines.join('\n')
}
