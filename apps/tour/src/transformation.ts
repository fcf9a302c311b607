import { isDeepStrictEqual } from 'node:util'
import { SandboxAdapter } from '@beddel/sandbox-adapter'
import type { Job } from './airports.ts'
import type { EngineVariant } from './engine-variants.ts'
import { bad, good, type Print, section } from './print.ts'

const LIMITS = { timeoutMs: 10_000 }

/** Runs the job on every engine and compares the answers; gives what was wrong. */
export async function transformEverywhere(job: Job, variants: readonly EngineVariant[], print: Print): Promise<string[]> {
  print(section(`One untrusted transformation of ${job.what}, ${job.input.length.toLocaleString('en')} rows, on every engine`))
  const problems: string[] = []
  for (const { label, options } of variants) {
    const name = label.padEnd(26)
    try {
      const { first, second, result } = await twice(job, options)
      const same = isDeepStrictEqual(result, job.answer)
      if (!same) problems.push(`${label} gave another answer`)
      const times = `first ${ms(first)}, then ${ms(second)}`
      print(`  ${name} ${times}   ${same ? good('the same answer') : bad(`another answer: ${JSON.stringify(result)?.slice(0, 200)}`)}`)
    } catch (error) {
      problems.push(`${label} did not run it`)
      print(`  ${name} ${bad(error instanceof Error ? error.message : String(error))}`)
    }
  }
  return problems
}

async function twice(job: Job, options: EngineVariant['options']) {
  await using sandbox = new SandboxAdapter({ ...options, limits: LIMITS, hostFunctions: job.hostFunctions, config: false })
  const run = async () => {
    const startedAt = performance.now()
    const result = await sandbox.run(job.code, { input: job.input })
    return { result, took: performance.now() - startedAt }
  }
  const { took: first } = await run()
  const { took: second, result } = await run()
  return { first, second, result }
}

const ms = (time: number): string => `${time.toFixed(0).padStart(5)} ms`
