import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts', child: 'src/child/index.ts', relay: 'src/relay/worker.ts' })
