import type { ErrorCode, ErrorOrigin, Explanation, GuestError, Language, LimitName, LogEntry, Phase, Usage } from '@beddel/sandbox-adapter'

/** Limits that are stated; the others have their defaults. */
export type StatedLimits = Partial<Record<LimitName, number>>

/** What shapes the choice of an engine. */
export interface Shape {
  limits: StatedLimits
  /** Timers, `URL` and the like for the guest. */
  web: boolean
}

/** One run, as the page asks for it. All of it is JSON. */
export interface RunOrder extends Shape {
  code: string
  language: Language
  /** Absent: no input. */
  input?: unknown
  /** Absent: the engine is chosen automatically. */
  engine?: string
}

/** A line of the guest's console, or a host function that it called. */
export type Line = LogEntry | { level: 'call'; text: string; at: number }

export interface ErrorFacts {
  code: ErrorCode
  origin: ErrorOrigin
  message: string
  phase: Phase
  engine?: string | undefined
  started: boolean
  retryable: boolean
  /** As text: it may hold any value. */
  details?: string | undefined
  guest?: (Omit<GuestError, 'value' | 'properties' | 'cause'> & { value?: string; properties?: string; cause?: string }) | undefined
}

/** How a run ended, as data that any page can show. */
export interface Ending {
  /** The value in JavaScript's notation, cut where it is long. Absent where there is an error. */
  result?: string
  error?: ErrorFacts
  /** The rest is absent where nothing was admitted: a mistake in the options, or no engine. */
  engine?: string
  placement?: string
  durationMs?: number
  usage?: Usage
  unenforced?: readonly string[]
  notes?: readonly string[]
}

/** What `explain()` gives, as data. */
export type Explained = Pick<Explanation, 'chosen' | 'trust' | 'decidedBy' | 'decidedWhere' | 'problem' | 'environment' | 'engines'>

/** A place where guests run: this page, or the machine that serves it. */
export interface Runner {
  explain(shape: Shape): Promise<Explained>
  /** Rejects only where the place itself cannot be reached. What the guest says comes as it says it. */
  run(order: RunOrder, onLine: (line: Line) => void, signal: AbortSignal): Promise<Ending>
  dispose(): Promise<void>
}
