import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts', metering: 'src/metering.ts', parse: 'src/parse.ts', typescript: 'src/typescript.ts' })
