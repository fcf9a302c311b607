// Finds PostgreSQL's programs for the tests of the audit log, or installs Debian's where it can. The tests start a server of their
// own, on loopback and in a temporary folder. `BEDDEL_POSTGRES` names the folder of others.
import { ensureTool } from './ensure-tool.mjs'
import { findPostgres } from './find-postgres.mjs'

ensureTool({ tool: 'PostgreSQL', debian: 'postgresql', variable: 'BEDDEL_POSTGRES', who: 'The tests of the audit log', find: findPostgres })
