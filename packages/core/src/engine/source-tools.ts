import type { CompiledForm, ParseProblem } from './cell.js'
import type { Later } from './steps.js'

type Result<T> = (T & { problem?: undefined }) | { problem: ParseProblem }

/** The parser's work, done by `@beddel/source` where the guest runs and only when a run asks for it. */
export interface SourceTools {
  strip(source: string): Later<Result<{ code: string }>>
  meter(source: string, form: CompiledForm, budget: number): Later<Result<{ code: string; columnShift: number }>>
}

interface SourcePackage {
  stripTypes(source: string): string
  meter(source: string, options: { form: CompiledForm; budget: number; tell: string }): { code: string; columnShift: number }
}

/** Adapts the package's throwing functions; anything but its own error is passed on. */
export function sourceTools(load: () => SourcePackage): SourceTools {
  const guarded = <T>(work: (tools: SourcePackage) => T): Result<T> => {
    const tools = load()
    try {
      return work(tools) as Result<T>
    } catch (error) {
      const problem = (error as { problem?: ParseProblem }).problem
      if (problem === undefined) throw error
      return { problem }
    }
  }
  return {
    strip: (source) => guarded((tools) => ({ code: tools.stripTypes(source) })),
    meter: (source, form, budget) => guarded((tools) => tools.meter(source, { form, budget, tell: '__beddel_meter' })),
  }
}
