import { libraryConfig } from '../../tsup.base'

export default libraryConfig({
  index: 'src/index.ts',
  'guest-modules': 'src/guest-modules.ts',
  'shadow-worker': 'src/shadow/worker.ts',
})
