// Bundles sources into texts, for code that has to be carried as a string: a page has no file to load it from.
import { mkdir, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

/** The bundle of `entry`, a path below the URL `root`, minified and in ASCII; `more` are options of esbuild. */
export async function bundleText(root, entry, more = {}) {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, root).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    ...more,
  })
  return outputFiles[0].text.trim()
}

/** Writes `src/generated/<name>.ts` below `root`; `from` says what made it. */
export async function writeGenerated(root, name, from, text) {
  await mkdir(new URL('src/generated', root), { recursive: true })
  await writeFile(new URL(`src/generated/${name}.ts`, root), `// Made by ${from}. Do not edit.\n${text}\n`)
}

/** The same for one exported text. */
export const writeText = (root, name, from, constant, what, text) =>
  writeGenerated(root, name, from, `/** ${what} */\nexport const ${constant}: string = ${JSON.stringify(text)}`)
