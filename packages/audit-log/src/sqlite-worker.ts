import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/** What the thread is asked: one statement, or to close. */
export interface Question {
  id: number
  sql?: string
  parameters?: readonly SQLInputValue[]
}

export type Answer =
  | { id: number; rows: unknown[]; changes?: number | bigint | undefined }
  | { id: number; error: { message: string; code: number | undefined } }

export interface WorkerData {
  file: string
  /** Run when the database is open. */
  setUp: readonly string[]
  readOnly: boolean
}

const STATEMENTS = 64

/**
 * Even a reader makes files beside a database in WAL mode, which it cannot where the folder may not be written. Without a
 * `-wal` the file is all there is, and can be read as one that does not change.
 */
function needsFilesBeside(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number }
  return (errcode & 0xff) === READONLY || (errcode & 0xff) === CANTOPEN
}

const READONLY = 8
const CANTOPEN = 14

/**
 * SQLite on a thread of its own: a commit that waits for the disk, or for somebody else's lock, holds up nobody but those
 * who wait for it.
 */
function serve({ file, setUp, readOnly }: WorkerData): void {
  const port = parentPort
  if (port === null) return
  // Node 22 calls the module experimental, on every start. What is used of it is tested on Node 22 too.
  const { emitWarning } = process
  process.emitWarning = (() => {}) as typeof process.emitWarning
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite')
  process.emitWarning = emitWarning
  let db: DatabaseSync | undefined
  const statements = new Map<string, StatementSync>()

  const open = (): DatabaseSync => {
    if (db !== undefined) return db
    try {
      return (db = openedAs(file))
    } catch (error) {
      if (!readOnly || !needsFilesBeside(error) || existsSync(`${file}-wal`)) throw error
      const asItIs = pathToFileURL(file)
      asItIs.searchParams.set('immutable', '1')
      // As text: Node before 22.15 takes no URL, and refuses this as a file that is not there.
      return (db = openedAs(asItIs.href))
    }
  }
  const openedAs = (name: string): DatabaseSync => {
    const opened = new Database(name, { readOnly })
    try {
      for (const sql of setUp) opened.exec(sql)
      // The file itself is not touched before the first statement.
      if (readOnly) opened.prepare('select 1 from sqlite_schema limit 1').all()
    } catch (error) {
      opened.close()
      throw error
    }
    return opened
  }
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      if (statements.size >= STATEMENTS) statements.delete(statements.keys().next().value as string)
      statements.set(sql, (statement = open().prepare(sql)))
    }
    return statement
  }
  const answer = ({ id, sql, parameters = [] }: Question): Answer => {
    try {
      if (sql === undefined) {
        statements.clear()
        db?.close()
        db = undefined
        return { id, rows: [] }
      }
      const statement = prepared(sql)
      if (statement.columns().length > 0) return { id, rows: statement.all(...parameters) }
      return { id, rows: [], changes: statement.run(...parameters).changes }
    } catch (error) {
      const { message, errcode } = error as { message: string; errcode?: number }
      return { id, error: { message, code: errcode } }
    }
  }
  port.on('message', (question: Question) => port.postMessage(answer(question)))
}

serve(workerData as WorkerData)
