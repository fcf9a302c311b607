import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ index: 'src/index.ts', metering: 'src/metering.ts', typescript: 'src/typescript.ts' })
