// What verifying and exporting a long log costs in time and memory: node packages/audit-log/scripts/measure-memory.mjs [entries]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditLog, generateAuditKey, sqliteStore } from '../dist/index.js'

const entries = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'beddel-audit-memory-'))
const log = new AuditLog({
  store: sqliteStore({ file: join(folder, 'audit.sqlite'), fsync: 'normal' }),
  key: generateAuditKey().privateKey,
  groupMs: 0,
})
const MB = 1_048_576
const resident = () => Math.round(process.memoryUsage().rss / MB)

/** Does the work, and gives the resident megabytes when a tenth was done, at the most after that, and at the end. */
async function watched(name, work) {
  const startedAt = performance.now()
  let tenth = 0
  let most = 0
  let done = 0
  const seen = (now) => {
    done = now
    if (now < entries / 10) return
    tenth ||= resident()
    most = Math.max(most, resident())
  }
  await work(seen)
  const seconds = (performance.now() - startedAt) / 1_000
  console.log(
    `${name}: ${done} entries in ${seconds.toFixed(1)} s, ${Math.round(done / seconds)} a second; resident ${tenth} MB after a tenth, ${most} MB at the most`,
  )
}

try {
  await watched('appended', async (seen) => {
    for (let at = 0; at < entries; at += 2_000) {
      const more = Math.min(2_000, entries - at)
      await Promise.all(
        Array.from({ length: more }, (_, i) =>
          log.append({
            kind: 'run',
            tenant: `t${i % 9}`,
            effect: 'measure',
            code: { hash: 'a'.repeat(64), bytes: 9 },
            ending: { success: true },
            durationMs: i / 8,
          }),
        ),
      )
      seen(at + more)
    }
  })
  await watched('verified', async (seen) => {
    const { valid } = await log.verify({ onProgress: ({ entries: now }) => seen(now) })
    if (!valid) throw new Error('damaged')
  })
  await watched('exported', async (seen) => {
    for await (const _ of log.export({ onProgress: ({ entries: now }) => seen(now) }));
  })
} finally {
  await log.close()
  rmSync(folder, { recursive: true, force: true })
}
