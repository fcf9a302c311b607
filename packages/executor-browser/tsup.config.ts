import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts' }, { platform: 'browser', target: 'es2022' })
