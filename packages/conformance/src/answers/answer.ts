import {
  type Capabilities,
  type ErrorCode,
  type Executor,
  type ExecutorOptions,
  type Outcome,
  type Phase,
  type RunRequest,
  SandboxError,
} from '@beddel/core'
import { ending } from '../attacks/expectations.js'
import { lacks, type Need, undeclared, wronglyGranted } from '../attacks/needs.js'
import { same } from '../compare/same.js'
import { show } from '../compare/show.js'

/** What a case must end in, the same on every engine. What is absent may differ. */
export type Answer =
  | { value: unknown }
  | {
      code: ErrorCode
      phase?: Phase
      /** Of the guest's error. */
      name?: string
      /** Of the guest's error, where the guest wrote it. */
      message?: string
      line?: number
      column?: number
      /** `details.path` of the error. */
      path?: string
    }

export interface AnswerCase {
  name: string
  source: string
  /** Runs in a session, after these sources, whatever they end in. Of the request, host functions are the session's. */
  after?: readonly string[]
  request?: RunRequest
  executorOptions?: ExecutorOptions
  needs?: readonly Need[]
  gives: Answer | ((capabilities: Capabilities) => Answer)
}

/** How an engine is had for a case: one with these options may serve many cases. */
export type Engine = (options?: ExecutorOptions) => Promise<Executor>

/** Runs a case; a sentence where the answer is another one. */
export async function checkAnswer(answer: AnswerCase, engine: Engine): Promise<string | undefined> {
  const base = await engine()
  const need = undeclared(answer.needs, base.capabilities)
  if (need !== undefined) return wronglyGranted(need, base, engine)
  const executor = answer.executorOptions === undefined ? base : await engine(answer.executorOptions)
  try {
    return differs(await outcomeOf(answer, executor), expected(answer, executor.capabilities))
  } catch (error) {
    return `the call threw ${SandboxError.isInstance(error) ? error.code : ''} ${show(error)}`
  }
}

async function outcomeOf({ source, after, request = {} }: AnswerCase, executor: Executor): Promise<Outcome> {
  if (after === undefined || executor.session === undefined) return executor.run(source, request)
  const { hostFunctions, ...each } = request
  await using session = await executor.session(hostFunctions === undefined ? {} : { hostFunctions })
  for (const earlier of after) await session.run(earlier, each)
  return await session.run(source, each)
}

function expected({ gives, source }: AnswerCase, capabilities: Capabilities): Answer {
  if (lacks(source, capabilities)) return { code: 'BEDDEL_GUEST_THROWN' }
  return typeof gives === 'function' ? gives(capabilities) : gives
}

function differs(outcome: Outcome, gives: Answer): string | undefined {
  if ('value' in gives) {
    return outcome.success && same(outcome.result, gives.value) ? undefined : `gave ${ending(outcome)}, not the value ${show(gives.value)}`
  }
  if (outcome.success) return `gave ${ending(outcome)}, not ${gives.code}`
  const { error } = outcome
  const { guest } = error
  const found = {
    code: error.code,
    phase: error.phase,
    name: guest?.name,
    message: guest?.message,
    line: guest?.line,
    column: guest?.column,
    path: error.details?.path,
  }
  for (const key of Object.keys(gives) as (keyof typeof gives)[]) {
    if (found[key] !== gives[key]) return `its ${key} is ${show(found[key])}, not ${show(gives[key])} (${ending(outcome)})`
  }
  return undefined
}
