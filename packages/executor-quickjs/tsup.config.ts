import { executorConfig, libraryConfig } from '../../tsup.base'

export default [
  ...executorConfig(),
  libraryConfig({ page: 'src/page/index.ts' }, { clean: false, platform: 'browser', target: 'es2022', outDir: 'dist/page' }),
]
