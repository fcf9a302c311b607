import { executorConfig, libraryConfig } from '../../tsup.base'

const bundled = { noExternal: [/^@beddel\//, 'acorn'], splitting: false, clean: false }

export default [...executorConfig(), libraryConfig({ imports: 'src/imports.ts' }, bundled)]
