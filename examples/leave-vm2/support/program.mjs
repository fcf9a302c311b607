import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** From the working directory: there the package is as it was published, or the changed copy. */
export const requireHere = createRequire(join(process.cwd(), 'program.cjs'))

/** To the pipe that support/run-case.mjs reads; what a package prints goes elsewhere. */
const say = (value) => writeSync(3, `${JSON.stringify(value)}\n`)

/** Does some of these jobs, by their names in the arguments after the first, and says what each came to. The first is where attacks may write. */
export async function serve(jobs) {
  const [canaries = '', ...names] = process.argv.slice(2)
  const { told, recorded } = listen()
  say('begun')
  for (const name of names) {
    const ending = await endingOf(() => jobs[name](`${canaries}-${name}`), true)
    await requireHere('@beddel/vm2-migration').flushShadows()
    say({ name, ending, told: [...told].toSorted(), recorded: [...recorded] })
  }
  process.exit()
}

/** Collects what the drop-in classes tell: differences from vm2, and what became of the calls that were shadowed. */
function listen() {
  /** @type {Set<string>} */
  const told = new Set()
  /** @type {Map<string, { calls: number, different: string[] }>} */
  const recorded = new Map()
  subscribe('beddel:vm2-migration:difference', (difference) => {
    const { code, path } = /** @type {import('@beddel/vm2-migration').Difference} */ (difference)
    told.add(`${code} ${path}`)
  })
  subscribe('beddel:vm2-migration:recording', (recording) => {
    const { site, call, mode, second, skipped, differences } = /** @type {import('@beddel/vm2-migration').Recording} */ (recording)
    if (mode !== 'shadow') return
    const { calls, different } = recorded.get(site) ?? { calls: 0, different: [] }
    // How long it took is another question, and on a busy machine nobody's fault.
    const kinds = differences
      .filter(({ kind }) => kind !== 'timing')
      .map(({ kind, path }) => (path === undefined ? kind : `${kind} ${path}`))
    const problem = second === undefined ? [`not compared: ${skipped}`, ...kinds] : kinds
    recorded.set(site, { calls: calls + 1, different: problem.length === 0 ? different : [...different, `${call}: ${problem.join(', ')}`] })
  })
  return { told, recorded }
}

/** A value, or an error by its name and message; with the code of the `SandboxError` behind it where that is asked for. */
export async function endingOf(run, deeper = false) {
  try {
    return { value: await run() }
  } catch (error) {
    const { name, message, cause } = /** @type {Error & { cause?: { code?: string } }} */ (error)
    return { error: name, message, ...(deeper && cause?.code && { code: cause.code }) }
  }
}
