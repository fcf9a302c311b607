// Bundles src/frame into the script of the sandboxed frame, with the hash by which the frame's policy knows it.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url)
const { outputFiles } = await build({
  entryPoints: [new URL('src/frame/main.ts', root).pathname],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  charset: 'ascii',
})
const text = outputFiles[0].text.trim()
if (text.includes('</')) throw new Error('The script would end its element')
await mkdir(new URL('src/generated', root), { recursive: true })
await writeFile(
  new URL('src/generated/frame-script.ts', root),
  `// Made by scripts/build-frame.mjs from src/frame. Do not edit.
export const FRAME_SCRIPT = ${JSON.stringify(text)}

/** For a page's own policy: what its \`script-src\` must let pass. */
export const FRAME_SCRIPT_HASH = 'sha256-${createHash('sha256').update(text).digest('base64')}'
`,
)
