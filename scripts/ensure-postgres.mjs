// Finds PostgreSQL's programs for the tests of the audit log, or installs Debian's where it can. The tests start a server of
// their own, on loopback and in a temporary folder. `BEDDEL_POSTGRES` names the folder of others.
import { spawnSync } from 'node:child_process'
import { findPostgres } from './find-postgres.mjs'

const run = (command, ...args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0

if (findPostgres() === undefined) {
  console.log('PostgreSQL is not here: installing it with apt-get …')
  const isRoot = process.getuid?.() === 0
  const installed = isRoot && run('apt-get', 'update') && run('apt-get', 'install', '-y', '--no-install-recommends', 'postgresql')
  if (!installed || findPostgres() === undefined) {
    const why = isRoot ? 'apt-get could not install it' : 'only root can install it'
    console.error(
      `The tests of the audit log need PostgreSQL, and ${why}. Install it (Debian: apt-get install postgresql) or name the folder of its programs in BEDDEL_POSTGRES.`,
    )
    process.exit(1)
  }
}
console.log(`PostgreSQL: ${findPostgres()}`)
