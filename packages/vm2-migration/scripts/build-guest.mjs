// Bundles src/guest into the source that makes the guest's end of the link, and the guest versions of Node's modules into
// one CommonJS source each.
import { createRequire } from 'node:module'
import { mkdir, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url)
const require = createRequire(import.meta.url)

// A trailing slash takes the package instead of Node's own module.
const MODULES = {
  assert: 'assert/',
  buffer: 'buffer/',
  events: 'events/',
  path: 'path-browserify',
  punycode: 'punycode/',
  querystring: 'querystring-es3',
  string_decoder: 'string_decoder/',
  url: 'url/',
  util: 'util/',
}

const packages = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z_]+$/ }, ({ path }) => {
      const name = MODULES[path]
      return name === undefined ? undefined : { path: require.resolve(name) }
    })
  },
}

async function bundle(entry, more) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    ...more,
  })
  return outputFiles[0].text.trim()
}

const link = await bundle(new URL('src/guest/main.ts', root).pathname, { format: 'iife' })
const modules = {}
for (const [name, from] of Object.entries(MODULES)) {
  modules[name] = await bundle(require.resolve(from), {
    format: 'cjs',
    platform: 'browser',
    mainFields: ['main'],
    define: { global: 'globalThis', process: '__process' },
    banner: { js: 'var __process={env:{},browser:true,nextTick:(f,...a)=>{Promise.resolve().then(()=>f(...a))}};' },
    plugins: [packages],
  })
}

await mkdir(new URL('src/generated', root), { recursive: true })
const made = '// Made by scripts/build-guest.mjs. Do not edit.\n'
await writeFile(new URL('src/generated/guest-link.ts', root), `${made}export const GUEST_LINK: string = ${JSON.stringify(link)}\n`)
await writeFile(
  new URL('src/generated/guest-modules.ts', root),
  `${made}export const GUEST_MODULES: Readonly<Record<string, string>> = ${JSON.stringify(modules)}\n`,
)
