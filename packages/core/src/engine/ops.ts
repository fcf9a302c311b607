/** What the host asks of the guest runtime: the first argument of its `dispatch`. */
export const ASK = {
  /** (config JSON, encoded input, encoded globals): begins a run. */
  SETUP: 1,
  /** (config JSON, source, input and globals in one): SETUP and EVAL in one entry. */
  RUN: 13,
  /** (source): evaluates a script; answers 1 where a SyntaxError came out that may be the source's own. */
  EVAL: 2,
  /** (source): parses an async function body; answers '', what is wrong with it, or TOO_DEEP. */
  PARSE_BODY: 3,
  /** (value): the completion value of a source that the engine ran itself. */
  VALUE: 4,
  /** (value): what such a source threw. */
  THREW: 5,
  /** (function): calls a compiled body. */
  INVOKE: 6,
  /** (namespace): a module was evaluated; its default export is the result. */
  NAMESPACE: 7,
  /** (name, encoded arguments, config JSON): begins a run and calls a global function. */
  CALL: 8,
  /** (id, 1 or 0, encoded value or error): the answer to a host call. */
  REPLY: 9,
  /** (id): a timer is due. */
  TIMER: 10,
  /** (): reports the SyntaxError that EVAL kept as thrown by the guest. */
  RETHROW: 11,
  /** (name, message): a thrown Error that the engine could only copy. */
  THREW_COPY: 12,
  /**
   * (config JSON or '', _, input and globals in one): SETUP where there is a config, and then a script that the engine itself
   * runs in between ({@link TELL.SCRIPT}).
   */
  SCRIPT: 15,
  /** (): the answer of the entry before, where the engine lost it on the way; -1 where that entry was cut off. */
  AGAIN: 14,
} as const

/** The answer to PARSE_BODY where the parser ran out of stack. */
export const TOO_DEEP = 1

/** What the guest runtime tells the host: the first argument of `post`. */
export const TELL = {
  /** (encoded result) */
  DONE: 1,
  /** (error JSON) */
  THROWN: 2,
  /** (code, JSON of { message, path? }): a limit or a boundary rule ended the run. */
  FAULT: 3,
  /** (id, name, encoded arguments) */
  CALL: 4,
  /** (name, encoded arguments): answered at once with '1' + value or '0' + error. */
  CALL_SYNC: 5,
  /** (level, text), or (level, how many more, 'dropped') */
  LOG: 6,
  /** (id, milliseconds; negative clears) */
  TIMER: 7,
  /** (service name, text): a service of the cell's process, answered with text. */
  SERVICE: 8,
  /** (how many operations are left; negative is none), before the ending of a source that counts them. */
  OPERATIONS: 9,
  /** (): runs the script now, for a SCRIPT that the cell itself asked for, and answers with its value. */
  SCRIPT: 10,
} as const

/** Configuration of one run, as JSON to the guest runtime. */
export interface GuestConfig {
  filename: string
  /** Dotted name and 'a' (async) or 's' (sync). */
  functions: [name: string, kind: 'a' | 's'][]
  resultBytes: number
  logBytes: number
  hostCalls: number
  /** Characters that our own wrapper put before the caller's first one on line 1. */
  columnShift: number
  /** The source counts its own operations and calls `__beddel_spent` when none is left. */
  metered: boolean
  /** A session's run: the dotted name of the guest's function that its value is given to. */
  through?: string
  /** Of what RUN brings as values, so much is the input; the rest are the globals. */
  inputLength: number
}

/** Shapes the cell, once, when it is made. */
export interface RuntimeOptions {
  codegen: boolean
  wasm: boolean
  web: boolean
  /** The engine's stack traces show frames of the host: hide them from the guest (node:vm realms). */
  hideHostFrames: boolean
  /**
   * An entry in which the run ends answers with that, instead of calling `post`: DONE or THROWN as a digit, and its text behind
   * it. For engines where each call back costs as much as an entry. An ending that comes later is posted.
   */
  lendsEndings?: boolean
  /**
   * The engine's globals that are not on the allow-list, separated by commas, where the host has found them out
   * already ({@link findExtraGlobals}); otherwise each cell looks through all of its own.
   */
  extraGlobals?: string
}

export type GuestValue = unknown
export type Post = (op: number, a?: string | number, b?: string | number, c?: string) => string | undefined
export type Dispatch = (op: number, a?: GuestValue, b?: string | number, c?: string) => number | string | undefined
