import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { AuditError } from './audit-error.js'
import type { Answer, Question, WorkerData } from './sqlite-worker.js'

/** An error of SQLite, with its extended result code. */
export class SqliteError extends Error {
  constructor(
    message: string,
    readonly sqliteCode: number | undefined,
  ) {
    super(message)
  }
}

interface Waiting {
  resolve(answer: { rows: unknown[]; changes?: number | bigint | undefined }): void
  reject(error: Error): void
}

/** The thread that has the database, as a connection. */
class ThreadConnection implements DatabaseConnection {
  readonly #waiting = new Map<number, Waiting>()
  readonly #worker: Worker
  #ended: Error | undefined
  #next = 0

  constructor(data: WorkerData) {
    // Flags of the process are not the thread's: `--input-type` alone would keep it from starting.
    this.#worker = new Worker(new URL('./sqlite-worker.js', import.meta.url), { workerData: data, execArgv: [] })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => this.#answered(answer))
    this.#worker.on('error', (error: Error) => this.#end(error))
    this.#worker.on('exit', (code) => this.#end(new Error(`The thread of the database has ended with ${code}`)))
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#ask({ sql, parameters: parameters as Question['parameters'] })
    return { rows: rows as R[], ...(changes !== undefined && { numAffectedRows: BigInt(changes) }) }
  }

  streamQuery(): never {
    throw new Error('This dialect does not stream: read pages')
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#ask({})
    this.#ended ??= new AuditError('AUDIT_CLOSED', 'The store was closed')
    await this.#worker.terminate()
  }

  /** While somebody waits, the thread keeps the process alive. */
  #ask(question: Omit<Question, 'id'>): Promise<{ rows: unknown[]; changes?: number | bigint | undefined }> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const id = this.#next++
    if (this.#waiting.size === 0) this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, ...question } satisfies Question)
    })
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('error' in answer) waiting?.reject(new SqliteError(answer.error.message, answer.error.code))
    else waiting?.resolve(answer)
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

class ThreadDriver implements Driver {
  #connection: ThreadConnection | undefined

  constructor(readonly data: WorkerData) {}

  async init(): Promise<void> {
    this.#connection = new ThreadConnection(this.data)
  }
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection as ThreadConnection
  }
  /** Takes the writer's place at once: a reader that becomes a writer may find that it has read the past. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch((error: Error) => {
      // A full disk has ended the transaction already.
      if (!error.message.includes('no transaction is active')) throw error
    })
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {
    await this.#connection?.close()
  }
}

/** Tables are made inside the migration's transaction, so that two processes cannot make them at once. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

export function sqliteDialect(data: WorkerData): Dialect {
  return {
    createDriver: () => new ThreadDriver(data),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new Adapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}
