import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts', worker: 'src/serve-cells.ts' }, { platform: 'browser', target: 'es2022' })
