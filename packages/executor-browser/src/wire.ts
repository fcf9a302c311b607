import type { CompiledForm } from '@beddel/core/engine'

/**
 * What a page and a guest's worker say to each other over their port. Each entry into the guest is `[op, a, b, c]`, op
 * being one of `ASK` or {@link RUN_BODY}, followed by {@link FENCE}: that is a task of its own, which the worker comes to
 * when all promise jobs of the entry have run, and answers with `[ANSWER, answer]`. In between come the guest runtime's
 * `[op, a, b, c]`, op being one of `TELL`.
 */
export const FENCE = 0
/** (source): evaluates the text of a function and calls it. */
export const RUN_BODY = 100
/** The worker's first message, and its answer to a fence. */
export const READY = 100
export const ANSWER = 101
/** The guest runtime itself failed, which it never should. */
export const BROKEN = 102

/** What a page asks of a compiler. The answer is `[id, answer]`. */
export type CompilerRequest =
  | [id: number, work: 'script', text: string]
  | [id: number, work: 'body', source: string]
  | [id: number, work: 'strip' | 'module' | 'session', source: string]
  | [id: number, work: 'imports', source: string, form: 'script' | 'body']
  | [id: number, work: 'meter', source: string, form: CompiledForm, budget: number]
