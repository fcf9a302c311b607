import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ProviderModule, UnusableProvider } from '@beddel/conformance'
import { locateEngine, SandboxError } from '@beddel/sandbox-adapter'
import { ConformanceProgress, suiteOf } from '../conformance-progress.js'
import { EXIT } from '../exit-codes.js'
import { printErr, printOut, UsageError } from '../print.js'

export interface ConformanceFlags {
  engine?: string
  module?: string
  export?: string
  placement?: string
  options?: string
  only?: string[]
  json?: boolean
}

/** Runs the conformance kit over an engine; returns the exit code: 1 where something that it declares does not hold. */
export async function conformance(flags: ConformanceFlags): Promise<number> {
  let progress: ConformanceProgress | undefined
  try {
    const provider = providerOf(flags)
    const options = optionsOf(flags)
    const { ATTACKS, runConformance, reportText, testIds } = await loadKit()
    for (const name of flags.only ?? []) {
      if (!ATTACKS.some(({ id, family }) => name === id || name === family))
        throw new UsageError(`There is no attack and no family ${name}.`)
    }
    const { only } = flags
    const attacks = ATTACKS.filter(({ id, family }) => only === undefined || only.includes(id) || only.includes(family))
    progress = new ConformanceProgress([...(only === undefined ? testIds().map(suiteOf) : []), ...attacks.map(({ family }) => family)])
    const report = await runConformance(provider, {
      options,
      ...(only && { only }),
      onResult: progress.of,
    })
    progress.end()
    printOut(flags.json === true ? JSON.stringify(report, null, 2) : reportText(report))
    return report.conforms ? EXIT.ok : EXIT.guest
  } catch (error) {
    progress?.end()
    printErr(`error: ${error instanceof Error ? error.message : String(error)}`)
    if (error instanceof UsageError || (error as Partial<UnusableProvider>).misuse === true) return EXIT.usage
    return SandboxError.isInstance(error) && error.code === 'BEDDEL_INVALID_OPTION' ? EXIT.usage : EXIT.engine
  }
}

function providerOf({ engine, module, export: name }: ConformanceFlags): ProviderModule {
  if ((engine === undefined) === (module === undefined)) throw new UsageError('Give either --engine or --module.')
  if (engine !== undefined) {
    if (name !== undefined) throw new UsageError('--export goes with --module.')
    return { module: locateEngine(engine) }
  }
  const file = resolve(module as string)
  if (!existsSync(file)) throw new UsageError(`${module} is not there.`)
  return { module: pathToFileURL(file).href, ...(name !== undefined && { export: name }) }
}

function optionsOf({ placement, options }: ConformanceFlags): Record<string, unknown> {
  let given: unknown = {}
  try {
    if (options !== undefined) given = JSON.parse(options)
  } catch (error) {
    throw new UsageError(`--options is no JSON: ${(error as Error).message}`)
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new UsageError('--options must be a JSON object.')
  return { ...given, ...(placement !== undefined && { placement }) }
}

/** The kit is an optional peer: who only runs code does not need 600 attacks. */
async function loadKit(): Promise<typeof import('@beddel/conformance')> {
  try {
    return await import('@beddel/conformance')
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('The package @beddel/conformance is not installed: npm install @beddel/conformance')
  }
}
