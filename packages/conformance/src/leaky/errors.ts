import { SandboxError, type ErrorCode } from '@beddel/core'

/** Tells endings apart by what the error says, and believes whatever it says. */
export function classify(error: unknown): SandboxError {
  const thrown = error as { name: string; message: string; stack: string; code?: unknown }
  // Written as JSON and read again, with whatever `toJSON` the guest has put in the way.
  const said = JSON.parse(JSON.stringify({ name: thrown.name, message: thrown.message, engine: undefined, ...(thrown as object) })) as {
    name: string
    message: string
    engine?: string
    hostCall?: unknown
    code?: unknown
  }
  const guest = { name: String(said.name), message: String(said.message), stack: String(thrown.stack), properties: { ...thrown } }
  const code = codeOf(said, thrown)
  // The host's own message and cause, as they are.
  return new SandboxError(code, said.message, { guest, cause: error, started: code !== 'BEDDEL_GUEST_SYNTAX' })
}

function codeOf(said: { name: string; message: string; engine?: string; hostCall?: unknown; code?: unknown }, thrown: object): ErrorCode {
  const { name, message, engine, hostCall, code } = said
  if (typeof code === 'string' && code.startsWith('BEDDEL_')) return code as ErrorCode
  if (engine === 'memory' || /memory|heap/i.test(message)) return 'BEDDEL_MEMORY_LIMIT'
  if (engine === 'stack' || /call stack/i.test(message)) return 'BEDDEL_STACK_LIMIT'
  if (/timed out|timeout/i.test(message)) return 'BEDDEL_TIMEOUT'
  if (/operations/i.test(message)) return 'BEDDEL_OPERATION_LIMIT'
  if (/disposed/i.test(message)) return 'BEDDEL_DISPOSED'
  if (/crashed/i.test(message)) return 'BEDDEL_ENGINE_CRASHED'
  if (hostCall !== undefined || /host function/i.test(message)) return 'BEDDEL_HOST_FUNCTION_FAILED'
  if (name === 'AbortError') return 'BEDDEL_ABORTED'
  if (thrown instanceof SyntaxError || name === 'SyntaxError') return 'BEDDEL_GUEST_SYNTAX'
  return 'BEDDEL_GUEST_THROWN'
}
