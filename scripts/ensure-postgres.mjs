// Finds PostgreSQL's programs for the tests of the audit log, or installs Debian's where it can. The tests start a server of their
// own, on loopback and in a temporary folder. `BEDDEL_POSTGRES` names the folder of others.
import { ensurePackage } from './ensure-package.mjs'
import { findPostgres } from './find-postgres.mjs'

ensurePackage({
  name: 'PostgreSQL',
  tests: 'The tests of the audit log',
  find: findPostgres,
  packageName: 'postgresql',
  variable: 'BEDDEL_POSTGRES',
})
