// Packs what would be published, and makes empty projects that install it from the tarballs. Build first.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

// What an outer npx put there would have the inner npm ask for its packages again.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|BEDDEL_)/i.test(name)))

/** Runs a command to its end, whatever that is. */
export function tryRun(cwd, command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  return { status, stdout, stderr: `${error?.message ?? ''}${stderr}` }
}

/** The same for a command that must succeed; gives its output. */
export function run(cwd, command, ...args) {
  const { status, stdout, stderr } = tryRun(cwd, command, ...args)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (exit code ${status})\n${stdout}${stderr}`)
  return stdout
}

/** Packs every public package into a folder of its own; `remove` takes that away, with the projects in it. */
export function pack() {
  const folder = mkdtempSync(join(tmpdir(), 'beddel-packed-'))
  const tarballs = {}
  for (const name of readdirSync(join(root, 'packages'))) {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
    if (manifest.private) continue
    run(join(root, 'packages', name), 'pnpm', 'pack', '--pack-destination', folder)
    tarballs[manifest.name] = `file:${join(folder, `beddel-${name}-${manifest.version}.tgz`)}`
  }
  return { folder, tarballs, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** An empty project that depends on these packages, and takes every package of ours from its tarball. */
export function project({ folder, tarballs }, name, packages = Object.keys(tarballs), overrides = {}) {
  const at = join(folder, name)
  mkdirSync(at)
  const dependencies = Object.fromEntries(packages.map((one) => [one, tarballs[one]]))
  writeFileSync(
    join(at, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, overrides: { ...overridesOf(tarballs, packages), ...overrides } }),
  )
  // pnpm wants to be told about install scripts. isolated-vm's is not needed: its binaries are in its tarball.
  const settings = { overrides: { ...tarballs, ...overrides }, allowBuilds: { 'isolated-vm': false } }
  writeFileSync(join(at, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  return at
}

/** npm refuses an override of what is a direct dependency. */
const overridesOf = (tarballs, packages) => Object.fromEntries(Object.entries(tarballs).filter(([name]) => !packages.includes(name)))
