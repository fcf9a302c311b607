import { existsSync, globSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** The folder of PostgreSQL's programs: the one that `BEDDEL_POSTGRES` names, the first on the PATH, or the newest of Debian's. */
export function findPostgres() {
  const { BEDDEL_POSTGRES, PATH = '' } = process.env
  const has = (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))
  if (BEDDEL_POSTGRES) return has(BEDDEL_POSTGRES) ? BEDDEL_POSTGRES : undefined
  const onPath = PATH.split(delimiter).find((folder) => folder !== '' && has(folder))
  if (onPath !== undefined) return onPath
  const installed = globSync('/usr/lib/postgresql/*/bin/initdb').map(dirname).filter(has)
  return installed.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}
