import { readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, extname, isAbsolute, join, resolve, sep } from 'node:path'
import type { Peer } from './shared/peer.js'
import type { Loaded } from './shared/protocol.js'
import type { Compiler } from './options.js'
import { cannotKeep, VMError } from './vm-error.js'
import { withoutShebang } from './vm-script.js'

/** vm2's `require` option. */
export interface RequireOptions {
  builtin?: readonly string[]
  context?: 'host' | 'sandbox' | ((path: string, extension: string) => 'host' | 'sandbox')
  external?: boolean | readonly string[] | { modules: readonly string[]; transitive?: boolean }
  import?: readonly string[] | string
  root?: string | readonly string[]
  mock?: Record<string, unknown>
  resolve?: (id: string, dirname: string) => string | { path: string; module?: string } | undefined
  customRequire?: unknown
  strict?: boolean
  fs?: unknown
}

/** Modules of Node of which there is a version for guests. */
export const GUEST_BUILTINS = ['assert', 'buffer', 'events', 'path', 'punycode', 'querystring', 'string_decoder', 'url', 'util'] as const

export interface ModuleSettings {
  sourceExtensions: readonly string[]
  compiler: Compiler
  differ(code: 'module-in-guest' | 'builtin-in-guest', path: string): void
}

/** Finds modules for a guest, which loads them. Reads files inside of the root only, symbolic links followed. */
export class Modules {
  readonly #builtins: ReadonlySet<string>
  readonly #roots: readonly string[]
  readonly #patterns: readonly RegExp[] | undefined
  readonly #transitive: boolean
  /** Folders from which the guest's code may say that it requires: its script's, and those of what it loaded. */
  readonly #folders = new Set<string>()
  /** What `resolve` of the options has led to. */
  readonly #granted = new Set<string>()

  /** Throws for what cannot be kept. */
  constructor(
    readonly options: RequireOptions,
    readonly settings: ModuleSettings,
  ) {
    const { context, customRequire, fs, builtin = [], external, root } = options
    if (external && context === 'host') {
      throw cannotKeep(
        'require.context',
        '"host" would load modules in this process and let the guest reach all that they reach.',
        'Say context: "sandbox" to load them inside the guest, or give what the guest needs of them as require.mock.',
      )
    }
    if (customRequire !== undefined) {
      throw cannotKeep('require.customRequire', 'would load modules in this process.', 'Give what the guest needs of them as require.mock.')
    }
    if (fs !== undefined) {
      throw cannotKeep(
        'require.fs',
        'is not asked by Node’s own resolution, which is used here.',
        'Give modules that are not on disk as require.mock.',
      )
    }
    this.#builtins = builtinsOf(builtin, options.mock)
    this.#roots = (root === undefined ? ['.'] : Array.isArray(root) ? (root as string[]) : [root as string]).map(realPath)
    const names = Array.isArray(external)
      ? (external as string[])
      : typeof external === 'object'
        ? (external as { modules: string[] }).modules
        : undefined
    this.#patterns = names?.map(matcher)
    this.#transitive =
      typeof external === 'object' && !Array.isArray(external) && (external as { transitive?: boolean }).transitive === true
  }

  /** The script itself may require from here. */
  trust(folder: string): void {
    this.#folders.add(realPath(folder))
  }

  find(from: string, id: string, known: readonly string[], peer: Peer): Loaded {
    const { mock } = this.options
    const bare = id.startsWith('node:') ? id.slice(5) : id
    for (const name of [id, bare]) {
      // As in vm2, a mock that is `undefined` is none.
      if (mock !== undefined && Object.hasOwn(mock, name) && mock[name] !== undefined)
        return { is: 'value', name, value: peer.pack(mock[name], `require.mock.${name}`) }
    }
    if (this.#builtins.has(bare)) {
      this.settings.differ('builtin-in-guest', bare)
      return { is: 'builtin', name: bare }
    }
    const path = this.path(from, id)
    if (known.includes(path)) return { is: 'file', path, dir: dirname(path) }
    return this.#read(path)
  }

  /** The file for a module's name, if the guest may have it. */
  path(from: string, id: string): string {
    const relative = /^\.{1,2}(\/|$)/.test(id)
    if (!this.options.external || (isBuiltin(id) && !relative)) throw missing(id)
    const folder = from === '' ? realPath('.') : from
    if (from === '' && relative) throw new VMError('You must specify script path to load relative modules.', { code: 'ENOPATH' })
    if (from !== '' && !this.#folders.has(folder)) throw denied(id)
    const found = this.#locate(folder, id, relative)
    if (found === undefined) throw missing(id)
    const path = realpathSync(found)
    if (!this.#allowed(path, folder)) throw denied(id)
    return path
  }

  #locate(folder: string, id: string, relative: boolean): string | undefined {
    const { sourceExtensions } = this.settings
    if (relative || isAbsolute(id)) {
      const base = resolve(folder, id)
      for (const end of ['', ...sourceExtensions.map((e) => `.${e}`), '.json', ...sourceExtensions.map((e) => `${sep}index.${e}`)]) {
        if (isFile(base + end)) return base + end
      }
    }
    try {
      return createRequire(join(folder, 'x.js')).resolve(id)
    } catch {
      return this.#byOption(folder, id, relative)
    }
  }

  #byOption(folder: string, id: string, relative: boolean): string | undefined {
    const { resolve: ask } = this.options
    const named = relative || isAbsolute(id) || this.#patterns === undefined || this.#patterns.some((p) => p.test(`/node_modules/${id}`))
    const answer = ask === undefined || !named ? undefined : ask(id, folder)
    if (answer === undefined) return undefined
    const [from, what] = typeof answer === 'string' ? [folder, resolve(answer)] : [resolve(answer.path), answer.module ?? id]
    try {
      const found = createRequire(join(from, 'x.js')).resolve(what)
      this.#granted.add(realpathSync(found))
      return found
    } catch {
      return undefined
    }
  }

  #allowed(path: string, folder: string): boolean {
    if (!this.#roots.some((root) => within(root, path))) return false
    if (this.#patterns === undefined || this.#granted.has(path)) return true
    if (within(folder, path) && !path.slice(folder.length).includes(`${sep}node_modules${sep}`)) return true
    const patterns = this.#patterns
    const isExternal = (file: string): boolean => patterns.some((pattern) => pattern.test(file))
    return isExternal(path) || (this.#transitive && isExternal(folder + sep))
  }

  #read(path: string): Loaded {
    const { context, strict = true } = this.options
    const { sourceExtensions, compiler, differ } = this.settings
    const extension = extname(path).slice(1)
    if (extension === 'json') return { is: 'file', path, dir: this.#folder(path), text: readFileSync(path, 'utf8'), json: true }
    if (!sourceExtensions.includes(extension) && extension !== 'cjs') {
      throw new VMError(`Failed to load '${path}': files of this kind are not loaded into a guest (see sourceExtensions).`, {
        code: 'ELOADFAIL',
      })
    }
    if (typeof context === 'function' && context(path, extension) === 'host') {
      throw new VMError(`require.context chose "host" for ${path}, which would load it in this process. Give it as require.mock.`, {
        code: 'BEDDEL_OPTION_UNSUPPORTED',
        path: 'require.context',
      })
    }
    if (context === undefined) differ('module-in-guest', path)
    const text = withoutShebang(readFileSync(path, 'utf8'))
    return { is: 'file', path, dir: this.#folder(path), text: compiled(text, path, compiler), strict }
  }

  #folder(path: string): string {
    const folder = dirname(path)
    this.#folders.add(folder)
    return folder
  }
}

const require = createRequire(import.meta.url)

/** Files in the root are the host's own, so their types may be stripped here. */
function compiled(text: string, path: string, { language, compile }: Compiler): string {
  if (compile !== undefined) return compile(text, path)
  return language === 'ts' ? (require('@beddel/source/typescript') as typeof import('@beddel/source/typescript')).stripTypes(text) : text
}

function builtinsOf(asked: readonly string[], mock: object = {}): Set<string> {
  const guest = new Set<string>(GUEST_BUILTINS)
  const found = new Set<string>()
  if (asked.includes('*')) {
    for (const name of guest) if (!asked.includes(`-${name}`)) found.add(name)
    return found
  }
  for (const name of asked) {
    const bare = name.startsWith('node:') ? name.slice(5) : name
    if (guest.has(bare)) found.add(bare)
    else if (!Object.hasOwn(mock, name) && !name.startsWith('-')) {
      throw cannotKeep(
        'require.builtin',
        `has "${name}", of which there is no version for guests: it would give them the host's.`,
        `There are: ${GUEST_BUILTINS.join(', ')}. Give the functions of "${name}" that the guest needs as require.mock.`,
      )
    }
  }
  return found
}

/** vm2's patterns: `*` and `?` do not match a path separator. The last `node_modules` of a path counts. */
function matcher(pattern: string): RegExp {
  const text = pattern
    .replaceAll(/[\\^$+.()|[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '[^\\\\/]*')
    .replaceAll('?', '[^\\\\/]')
  return new RegExp(`[\\\\/]node_modules[\\\\/]${text}(?:[\\\\/](?!(?:.*[\\\\/])?node_modules[\\\\/]).*)?$`)
}

const within = (folder: string, path: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
const missing = (id: string): VMError => new VMError(`Cannot find module '${id}'`, { code: 'ENOTFOUND' })
/** By the name that the guest gave: where that leads is none of its business. */
const denied = (id: string): VMError =>
  new VMError(`Module '${id}' is not allowed to be required. The path is outside the border!`, { code: 'EDENIED' })

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
