import { libraryConfig } from '../../tsup.base'

export default [
  libraryConfig({ index: 'src/index.ts', engine: 'src/engine/index.ts' }, { clean: false }),
  // Apart from the others: a chunk shared with them would be loaded by every page, whether it has a use for it or not.
  libraryConfig(
    { 'guest-runtime/base': 'src/generated/guest-runtime/base.ts', 'guest-runtime/web': 'src/generated/guest-runtime/web.ts' },
    { clean: false },
  ),
]
