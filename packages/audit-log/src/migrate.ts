import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AuditError } from './audit-error.js'
import { MIGRATIONS, type Schema } from './schema.js'

const ATTEMPTS = 5

/** Brings the tables up to date. Several processes may do it at once: whoever comes second finds it done. */
export async function migrate(db: Kysely<Schema>, schema?: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => MIGRATIONS },
      // Without its schema it would take those of another one for its own.
      ...(schema !== undefined && { migrationTableSchema: schema }),
      migrationTableName: 'audit_migrations',
      migrationLockTableName: 'audit_migrations_lock',
    })
    const { error } = await migrator.migrateToLatest()
    if (error === undefined) return
    if (error instanceof Error && /corrupted migrations|missing/i.test(error.message)) {
      throw new AuditError('AUDIT_STORE_SCHEMA', `The database was made by a newer version of this package: ${error.message}`, {}, error)
    }
    if (attempt === ATTEMPTS) throw error
    await new Promise((resolve) => setTimeout(resolve, 50 * attempt))
  }
}
