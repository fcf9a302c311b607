import { libraryConfig } from '../../tsup.base'

// The worker thread of SQLite is loaded by its path, beside the rest.
export default libraryConfig({ index: 'src/index.ts', suite: 'src/suite.ts', 'sqlite-worker': 'src/sqlite-worker.ts' }, { clean: false })
