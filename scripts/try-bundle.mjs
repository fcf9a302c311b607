// Packs the packages, installs the adapter from the tarballs into an empty project, bundles a page with Vite as a user
// would, and runs it in Chromium. Build first.
import { createServer } from 'node:http'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import { findChromium } from './find-chromium.mjs'
import { pack, project, root, run } from './packed.mjs'

const { chromium } = createRequire(join(root, 'apps/page-tests/package.json'))('playwright-core')
/** Installed into the page's own project; the one that vitest brings is the same. */
const vite = '8.3.8'

const PAGE = `
import { SandboxAdapter } from '@beddel/sandbox-adapter'
const plain = new SandboxAdapter()
const limited = new SandboxAdapter({ memoryBytes: 4 * 1024 * 1024 })
const said = {
  value: await plain.run('return (await add(input, 1)) * 2', { input: 1, hostFunctions: { add: (a, b) => a + b } }),
  typed: await plain.run('const x: number = 3; x', { language: 'ts' }),
  engines: [plain.getEngine()],
  looped: (await plain.tryRun('for (;;);', { timeoutMs: 300 })).error?.code,
  hungry: (await limited.tryRun('const a = []; for (;;) a.push({})')).error?.code,
}
said.engines.push(limited.getEngine())
globalThis.said = said
`
const WANTED = { value: 4, typed: 3, engines: ['browser', 'quickjs'], looped: 'BEDDEL_TIMEOUT', hungry: 'BEDDEL_MEMORY_LIMIT' }

const packed = pack()
try {
  const at = project(packed, 'page', ['@beddel/sandbox-adapter'])
  run(at, 'pnpm', 'add', '--save-dev', `vite@${vite}`)
  mkdirSync(join(at, 'src'))
  writeFileSync(join(at, 'src/main.js'), PAGE)
  writeFileSync(join(at, 'index.html'), '<!doctype html><title>page</title><script type="module" src="/src/main.js"></script>')
  writeFileSync(join(at, 'vite.config.js'), "export default { build: { target: 'es2022' } }")
  const output = run(at, 'pnpm', 'exec', 'vite', 'build')
  if (/externalized for browser compatibility/.test(output)) throw new Error(`Vite found a module of Node's:\n${output}`)

  const files = new Map(
    globSync('dist/**/*.{js,html}', { cwd: at }).map((file) => [file.slice('dist'.length), readFileSync(join(at, file))]),
  )
  const server = createServer(({ url }, response) => {
    const path = url === '/' ? '/index.html' : (url ?? '')
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    response.end(files.get(path) ?? '')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: findChromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForFunction('globalThis.said !== undefined')
    const said = JSON.stringify(await page.evaluate('globalThis.said'))
    if (said !== JSON.stringify(WANTED)) throw new Error(`The page said ${said}`)
    console.log(`Vite ${vite} bundles the adapter from its tarballs, and the page runs: ${said}`)
  } finally {
    await browser.close()
    server.close()
  }
} finally {
  packed.remove()
}
