import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts', kit: 'src/kit.ts', leaky: 'src/leaky/index.ts', harness: 'src/node/child.ts' })
