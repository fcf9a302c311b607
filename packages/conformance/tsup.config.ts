import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts', leaky: 'src/leaky/index.ts', harness: 'src/harness/child.ts' })
