/** Where an ending has its origin; `BEDDEL_TIMEOUT` is a `limit`, `BEDDEL_GUEST_THROWN` is the `guest`'s doing, … */
export type ErrorOrigin = 'guest' | 'limit' | 'boundary' | 'host' | 'engine'

interface CodeFacts {
  origin: ErrorOrigin
  /** The HTTP status that a server should answer with. */
  http: number
}

/**
 * The closed list of error codes. Each has its page in `docs/errors/<CODE>.md`; `tests/architecture.test.ts`
 * compares the two lists.
 */
export const ERROR_CODES = {
  BEDDEL_GUEST_SYNTAX: { origin: 'guest', http: 422 },
  BEDDEL_GUEST_THROWN: { origin: 'guest', http: 422 },

  BEDDEL_TIMEOUT: { origin: 'limit', http: 408 },
  BEDDEL_MEMORY_LIMIT: { origin: 'limit', http: 507 },
  BEDDEL_STACK_LIMIT: { origin: 'limit', http: 422 },
  BEDDEL_OPERATION_LIMIT: { origin: 'limit', http: 408 },
  BEDDEL_SOURCE_TOO_LARGE: { origin: 'limit', http: 413 },
  BEDDEL_INPUT_TOO_LARGE: { origin: 'limit', http: 413 },
  BEDDEL_RESULT_TOO_LARGE: { origin: 'limit', http: 413 },
  BEDDEL_HOST_CALL_LIMIT: { origin: 'limit', http: 422 },

  BEDDEL_NOT_TRANSFERABLE: { origin: 'boundary', http: 422 },
  BEDDEL_HOST_FUNCTION_FAILED: { origin: 'boundary', http: 422 },
  BEDDEL_PROTOCOL: { origin: 'boundary', http: 500 },

  BEDDEL_INVALID_OPTION: { origin: 'host', http: 400 },
  BEDDEL_OPTION_UNSUPPORTED: { origin: 'host', http: 400 },
  BEDDEL_PLACEMENT_REFUSED: { origin: 'host', http: 500 },
  BEDDEL_TRUST_FLOOR: { origin: 'host', http: 500 },
  BEDDEL_POLICY: { origin: 'host', http: 403 },
  BEDDEL_ABORTED: { origin: 'host', http: 499 },
  BEDDEL_DISPOSED: { origin: 'host', http: 503 },

  BEDDEL_ENGINE_UNAVAILABLE: { origin: 'engine', http: 503 },
  BEDDEL_NO_ENGINE: { origin: 'engine', http: 503 },
  BEDDEL_ENGINE_CRASHED: { origin: 'engine', http: 503 },
  BEDDEL_SESSION_LOST: { origin: 'engine', http: 503 },
  BEDDEL_BUSY: { origin: 'engine', http: 503 },
} as const satisfies Record<string, CodeFacts>

export type ErrorCode = keyof typeof ERROR_CODES

/** Where in a run the ending came about. */
export type Phase = 'configure' | 'admit' | 'queue' | 'compile' | 'run' | 'result' | 'host-call' | 'dispose'
