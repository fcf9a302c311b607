import { libraryConfig } from '../../tsup.base'

export default libraryConfig({ main: 'src/main.ts' })
