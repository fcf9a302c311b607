import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyPatch, diffLines, parsePatch } from 'diff'

const installed = fileURLToPath(new URL('../node_modules', import.meta.url))
/** What a copy may use that the published package did not list. vm2 is not among it. */
const OURS = ['@beddel/vm2-migration']

/** A folder with copies of installed packages, which can be changed. What they depend on is linked; vm2 is left out. */
export class WorkingCopy {
  root = mkdtempSync(join(tmpdir(), 'leave-vm2-'))
  #originals = new Map()

  /** The first package is one that is installed here, each other one is a dependency of the first. */
  constructor(names) {
    const [first] = names
    const home = siblings(realpathSync(join(installed, first)), first)
    for (const name of names) this.#originals.set(name, realpathSync(join(home, name)))
    for (const [name, from] of this.#originals) {
      cpSync(from, this.folder(name), { recursive: true })
      for (const one of entries(siblings(from, name)))
        if (one !== 'vm2' && !names.includes(one)) this.#link(one, join(siblings(from, name), one))
    }
    for (const name of OURS) this.#link(name, join(installed, name))
  }

  /** Of the packages that are copied, and of the vm2 that the last one used. */
  versions() {
    const of = (name, path) => `${name} ${createRequire(join(path, 'x.cjs'))(`${name}/package.json`).version}`
    const own = [...this.#originals].map(([name, path]) => of(name, siblings(path, name)))
    return [...own, of('vm2', [...this.#originals.values()].at(-1))]
  }

  folder(name) {
    return join(this.root, 'node_modules', name)
  }

  /** Applies a unified diff, whose paths begin with the package's name. Every line of it has to fit. */
  apply(patch) {
    for (const one of parsePatch(patch)) {
      const path = this.folder(String(one.newFileName).replace(/^b\//, ''))
      const to = applyPatch(existsSync(path) ? readFileSync(path, 'utf8') : '', one)
      if (to === false) throw new Error(`The patch of ${one.newFileName} does not fit`)
      writeFileSync(path, to)
    }
  }

  write(file, text) {
    writeFileSync(join(this.root, file), text)
  }

  /** The files that differ from what was published, with the numbers of lines added and removed. */
  changes() {
    return [...this.#originals].flatMap(([name, from]) =>
      readdirSync(this.folder(name), { recursive: true, encoding: 'utf8' })
        .filter((file) => statSync(join(this.folder(name), file)).isFile())
        .map((file) => ({ file: `${name}/${file}`, ...linesChanged(join(from, file), join(this.folder(name), file)) }))
        .filter(({ added, removed }) => added + removed > 0),
    )
  }

  dispose() {
    rmSync(this.root, { recursive: true, force: true })
  }

  #link(name, from) {
    const to = this.folder(name)
    if (existsSync(to)) return
    mkdirSync(dirname(to), { recursive: true })
    symlinkSync(realpathSync(from), to)
  }
}

function linesChanged(from, to) {
  const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  const parts = read(from) === read(to) ? [] : diffLines(read(from), read(to))
  const count = (kind) => parts.filter((part) => part[kind]).reduce((sum, part) => sum + part.count, 0)
  return { added: count('added'), removed: count('removed') }
}

/** The `node_modules` in which a package is, with what it depends on beside it. */
const siblings = (path, name) => path.slice(0, -name.length - 1)

const entries = (folder) =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`) : [name]))
