import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** From the working directory: there the package is as it was published, or the changed copy. */
export const requireHere = createRequire(join(process.cwd(), 'program.cjs'))

/** To the pipe that support/run-case.mjs reads; what a package prints goes elsewhere. */
const say = (value) => writeSync(3, `${JSON.stringify(value)}\n`)

/** Does one of these jobs, by the name in the first argument, and says what it came to. */
export async function serve(jobs) {
  const [job = '', ...args] = process.argv.slice(2)
  /** @type {Set<string>} */
  const told = new Set()
  subscribe('beddel:vm2-migration:difference', (difference) => {
    const { code, path } = /** @type {import('@beddel/vm2-migration').Difference} */ (difference)
    told.add(`${code} ${path}`)
  })
  say('begun')
  const ending = await endingOf(() => jobs[job](...args), true)
  say({ ending, told: [...told].toSorted() })
  process.exit()
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
