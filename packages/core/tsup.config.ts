import { libraryConfig } from '../../tsup.base'

export default libraryConfig({
  index: 'src/index.ts',
  engine: 'src/engine/index.ts',
  'guest-runtime/base': 'src/generated/guest-runtime/base.ts',
  'guest-runtime/web': 'src/generated/guest-runtime/web.ts',
})
