import { AuditLog, generateAuditKey, sqliteStore } from '@beddel/audit-log'
import { SandboxAdapter } from '@beddel/sandbox-adapter'
import type { Operations } from '../contender.ts'
import { scratchFile } from '../scratch-file.ts'
import { subjectOperations } from '../subject.ts'

/** Our default with an audit log in a file. */
export async function open(): Promise<Operations> {
  const store = sqliteStore({ file: scratchFile('audit.sqlite') })
  const audit = new AuditLog({ store, key: generateAuditKey().privateKey })
  const adapter = new SandboxAdapter({ config: false, audit })
  await adapter.ready()
  await audit.ready()
  return subjectOperations({
    run: (source, request) => adapter.tryRun(source, request),
    compile: (source, options) => adapter.compile(source, options),
    session: (options) => adapter.session(options),
  })
}
