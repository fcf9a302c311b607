import { dirname, join, normalize } from 'node:path/posix'
import type { Given } from './given.js'
import { type FindOptions, findUses, handsOn, type Lookup, type Uses } from './uses.js'

/** Some files of a project, by their paths with slashes, that may import each other. */
export class Project {
  readonly #gives = new Map<string, Given>()
  readonly #files: ReadonlySet<string>

  readonly #followNew: boolean

  constructor(files: Iterable<string>, { followNew = false }: Pick<FindOptions, 'followNew'> = {}) {
    this.#files = new Set(files)
    this.#followNew = followNew
  }

  /** Reads files again until nobody hands on more of vm2: what is imported through three files is found too. */
  findAll(codes: ReadonlyMap<string, string>): Map<string, Uses | { problem: string }> {
    const found = new Map<string, Uses | { problem: string }>()
    let open = [...codes].filter(([, code]) => code.includes('vm2')).map(([file]) => file)
    while (open.length > 0) {
      const changed = new Set<string>()
      for (const file of open) {
        const uses = findUses(file, codes.get(file) as string, { lookup: this.#lookup(file), followNew: this.#followNew })
        found.set(file, uses)
        if ('problem' in uses || !handsOn(uses)) continue
        // A file that hands on no more than before keeps the loop from going round.
        if (this.#gives.get(file)?.size !== uses.gives.size) changed.add(file)
        this.#gives.set(file, uses.gives)
      }
      open = [...codes].filter(([file, code]) => [...changed].some((from) => from !== file && mentions(code, from))).map(([file]) => file)
    }
    return found
  }

  /** The file of the project that a relative specifier means. */
  resolve(from: string, specifier: string): string | undefined {
    if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return undefined
    const path = normalize(join(dirname(from), specifier)).replace(/\/$/, '')
    const bare = path.replace(/\.[cm]?jsx?$/, '')
    return CANDIDATES.map((candidate) => candidate(path, bare)).find((candidate) => this.#files.has(candidate))
  }

  #lookup(from: string): Lookup {
    return (specifier) => {
      const file = this.resolve(from, specifier)
      return file === undefined || file === from ? undefined : this.#gives.get(file)
    }
  }
}

const EXTENSIONS = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs']
/** `./a.js` may be written for a.ts, `./a` for a.js, and `./a` for a folder with an index. */
const CANDIDATES: ((path: string, bare: string) => string)[] = [
  (path) => path,
  ...EXTENSIONS.map((extension) => (path: string) => `${path}${extension}`),
  ...EXTENSIONS.map((extension) => (path: string) => `${path}/index${extension}`),
  ...EXTENSIONS.filter((extension) => extension.includes('t')).map((extension) => (_path: string, bare: string) => `${bare}${extension}`),
]

/** Whether an import of that file can stand in a text: quick, and in doubt yes. */
function mentions(code: string, file: string): boolean {
  const [name, folder] = file.split('/').reverse() as [string, string | undefined]
  const stem = name.replace(/\.[cm]?[jt]sx?$/, '')
  if (stem !== 'index') return code.includes(stem)
  return (folder !== undefined && code.includes(folder)) || /['"][./]+(?:index[.\w]*)?['"]/.test(code)
}
