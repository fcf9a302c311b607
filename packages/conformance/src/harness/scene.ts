import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What every guest of an attack finds in its global `bait`: where the prey is, never the prey itself. */
export interface Bait {
  /** A file that the guest must not be able to read. */
  read: string
  /** A file that the guest must not be able to make. */
  write: string
  /** The name of an environment variable that it must not be able to read. */
  env: string
  /** A word that is this attack's own: it must not turn up in another run. */
  marker: string
}

/** The traps of one attack. All their contents are random, so that none is found by guessing. */
export interface Scene {
  bait: Bait
  secrets: {
    /** Content of `bait.read`. */
    file: string
    /** Value of `bait.env`. */
    env: string
    /** For host functions: what their errors, sources and objects hold and the guest must not see. */
    host: string
  }
  clear(): void
}

const word = (prefix: string): string => `${prefix}${randomBytes(12).toString('hex')}`

export function makeScene(): Scene {
  const dir = mkdtempSync(join(tmpdir(), 'beddel-attack-'))
  const bait: Bait = { read: join(dir, word('r')), write: join(dir, word('w')), env: word('BEDDEL_CANARY_'), marker: word('marker-') }
  const secrets = { file: word('file-'), env: word('env-'), host: word('host-') }
  writeFileSync(bait.read, secrets.file)
  process.env[bait.env] = secrets.env
  return {
    bait,
    secrets,
    clear: () => {
      delete process.env[bait.env]
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
