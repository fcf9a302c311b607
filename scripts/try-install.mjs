// Packs what would be published, installs the tarballs into empty folders with npm and with pnpm, and runs the README's
// example there: once as it comes, once without isolated-vm, which is an optional dependency. Build first.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'beddel-install-'))

// What an outer npx put there would have the inner npm ask for its packages again.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

function run(cwd, command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${error?.message ?? `exit code ${status}`})\n${stdout}${stderr}`)
  return stdout
}

function pack() {
  const tarballs = {}
  for (const name of readdirSync(join(root, 'packages'))) {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
    if (manifest.private) continue
    run(join(root, 'packages', name), 'pnpm', 'pack', '--pack-destination', folder)
    tarballs[manifest.name] = `file:${join(folder, `beddel-${name}-${manifest.version}.tgz`)}`
  }
  return tarballs
}

/** An empty project that depends on the adapter and takes every package of ours from its tarball. */
function project(name, tarballs) {
  const at = join(folder, name)
  mkdirSync(at)
  writeFileSync(join(at, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: tarballs }))
  // pnpm wants to be told about install scripts. isolated-vm's is not needed: its binaries are in its tarball.
  const settings = { overrides: tarballs, allowBuilds: { 'isolated-vm': false } }
  writeFileSync(join(at, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  cpSync(join(root, 'examples/hello.mjs'), join(at, 'hello.mjs'))
  return at
}

function expectEngine(how, at, engine) {
  const said = run(at, process.execPath, 'hello.mjs')
  if (!said.includes(`on ${engine} `) || !said.includes('BEDDEL_TIMEOUT'))
    throw new Error(`${how}: ${engine} was expected, it said:\n${said}`)
  console.log(`${how}: ${engine}`)
}

try {
  const tarballs = pack()
  const npm = project('npm', tarballs)
  run(npm, 'npm', 'install', '--no-audit', '--no-fund')
  expectEngine('npm install', npm, 'isolated-vm')
  console.log(run(npm, 'npm', 'exec', '--no', '--', 'beddel-sandbox', 'explain'))
  const without = project('npm-without', tarballs)
  run(without, 'npm', 'install', '--no-audit', '--no-fund', '--omit=optional')
  expectEngine('npm install --omit=optional', without, 'quickjs')
  const pnpm = project('pnpm', tarballs)
  run(pnpm, 'pnpm', 'install')
  expectEngine('pnpm install', pnpm, 'isolated-vm')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
