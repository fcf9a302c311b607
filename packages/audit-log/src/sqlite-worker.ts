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
    const opened = new Database(file, { readOnly })
    try {
      for (const sql of setUp) opened.exec(sql)
    } catch (error) {
      opened.close()
      throw error
    }
    return (db = opened)
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
