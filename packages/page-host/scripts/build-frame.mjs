// Bundles src/frame into the script of the sandboxed frame, with the hash by which the frame's policy knows it.
import { createHash } from 'node:crypto'
import { bundleText, writeGenerated } from '../../../scripts/bundle-text.mjs'

const root = new URL('..', import.meta.url)
const text = await bundleText(root, 'src/frame/main.ts')
if (text.includes('</')) throw new Error('The script would end its element')
await writeGenerated(
  root,
  'frame-script',
  'scripts/build-frame.mjs from src/frame',
  `export const FRAME_SCRIPT = ${JSON.stringify(text)}

/** For a page's own policy: what its \`script-src\` must let pass. */
export const FRAME_SCRIPT_HASH = 'sha256-${createHash('sha256').update(text).digest('base64')}'`,
)
