import type { Dispatch, Post, RuntimeOptions } from './ops.js'
import type { Later } from './steps.js'

/** What shapes a cell when it is made. */
export interface CellOptions extends RuntimeOptions {
  memoryBytes: number
}

export interface ParseProblem {
  message: string
  /** 1-based place in the caller's source; absent where the engine does not say. */
  line?: number
  column?: number
  /** The parser's own stack ended: what form the source has, and whether it is right, cannot be told. */
  tooDeep?: true
}

export type CompiledForm = 'script' | 'body' | 'module'

/**
 * One guest environment: all that the run lifecycle needs of an engine. A cell whose guest is on the caller's thread
 * answers at once; one whose guest is elsewhere may answer {@link Later} with a promise, and answers when the promise
 * jobs of that entry have run. A guest that must be stopped is a thrown {@link CellFault}, or a promise rejected with one.
 */
export interface Cell {
  /** `performance.now()` at which guest code has to stop. Set before each entry. */
  deadline: number
  /**
   * Columns that {@link BODY_PREFIX} adds to line 1 of a body's stack traces: 0 where the engine was told of the offset.
   */
  readonly bodyShift: number
  /** The same for a module, where the engine runs one as something else. */
  readonly moduleShift?: number
  /** Operations that the guest may still make; set only where the engine counts them itself. */
  operationsLeft?: number
  /** Where the guest runtime's `post` goes. Set before a run begins. */
  post: Post
  /** Where a cell that can break between two entries tells so. Set before a run begins. */
  broke?: (fault: CellFault) => void
  dispatch: (...args: Parameters<Dispatch>) => Later<ReturnType<Dispatch>>
  /** Compiles without running; `undefined` is success. A body is parsed inside {@link BODY_PREFIX}. */
  parse(form: CompiledForm, source: string, filename: string): Later<ParseProblem | undefined>
  /**
   * Runs a source and hands its value to the guest runtime. Answers 1 where a script ended in a SyntaxError that may
   * be the source's own and the guest runtime keeps it.
   */
  execute(form: CompiledForm, source: string, filename: string, session: boolean): Later<number>
  /**
   * As SETUP and `execute('script', …)` in one entry into the guest; present where that is faster. `values` are the
   * encoded input and globals, one behind the other.
   */
  runScript?(config: string, values: string, source: string, filename: string, session: boolean): Later<number>
  /** {@link runScript} takes scripts of sessions too. */
  readonly runsSessionScripts?: true
  /** Stops guest code that is running below a `post`: it must not go on after that. */
  stop?(): void
  /**
   * Memory that the guest holds now, in bytes. Where the engine has to be entered for it, a cell that was asked a moment
   * ago answers only what is `needed`.
   */
  memory?(needed: boolean): number | undefined
  /** CPU time spent in the guest so far, in milliseconds. */
  cpuMs?(): number | undefined
  dispose(): void
}

/** What an engine gives to the toolkit, to be used where the cells live. */
export interface CellFactory {
  readonly engine: string
  /** The least memory in bytes that the engine can hold as a limit by itself; below, the run's end is checked. */
  readonly memoryFloor: number
  /** `tenant` is whose run or session the cell is for, where the engine keeps tenants apart by itself. */
  create(options: CellOptions, tenant?: string): Cell
  /** A new global in the isolate of `cell`'s kind, for `freshness: 'context'`. */
  createContext?(options: CellOptions): Cell
  /** Called when a context's isolate must not be used again (it was stopped or ran out of memory). */
  dropContexts?(): void
}

export type FaultKind = 'timeout' | 'memory' | 'stack' | 'operations' | 'stopped' | 'crash' | 'protocol'

/** The engine stopped the guest. */
export class CellFault extends Error {
  override readonly name = 'CellFault'
  constructor(
    readonly kind: FaultKind,
    message: string = kind,
  ) {
    super(message)
  }
}

/** Stands before a body's source on its first line, and is taken back from columns. */
export const BODY_PREFIX = '(async function(){'
export const BODY_SUFFIX = '\n})'

/** The source with the name that its stack traces show. */
export const withUrl = (source: string, filename: string): string => `${source}\n//# sourceURL=${filename}`

/** Evaluates a script through the guest runtime, where the engine lets it: what the guest throws stays in the guest. */
export function evalInGuest(dispatch: Dispatch, evalOp: number, source: string, filename: string): number {
  return dispatch(evalOp, withUrl(source, filename)) === 1 ? 1 : 0
}
