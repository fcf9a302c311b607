// Bundles src/worker into the scripts of the workers, as texts: a page has no file to load them from.
import { MODULE_BODY_SHIFT } from '@beddel/source'
import { bundleText, writeGenerated, writeText } from '../../../scripts/bundle-text.mjs'

const root = new URL('..', import.meta.url)
const FROM = 'scripts/build-workers.mjs from src/worker'
const write = (name, constant, what, text) => writeText(root, name, FROM, constant, what, text)

const guest = await bundleText(root, 'src/worker/main-guest.ts', { globalName: 'guest' })
await write(
  'guest-worker',
  'GUEST_WORKER',
  'An expression: `(runtime, options) => void`.',
  `(function(runtime,options){"use strict";${guest}guest.start(runtime,options)})`,
)
await write('compiler-worker', 'COMPILER_WORKER', 'A compiler without a parser.', await bundleText(root, 'src/worker/main-compiler.ts'))
await write('tools-worker', 'TOOLS_WORKER', 'A compiler with a parser.', await bundleText(root, 'src/worker/main-tools.ts'))
await write(
  'typescript-worker',
  'TYPESCRIPT_WORKER',
  'A compiler that strips types.',
  await bundleText(root, 'src/worker/main-typescript.ts'),
)
await writeGenerated(
  root,
  'module-shift',
  'scripts/build-workers.mjs',
  `/** What \`@beddel/source\` says, without loading it: it brings a parser. */\nexport const MODULE_BODY_SHIFT = ${MODULE_BODY_SHIFT}`,
)
