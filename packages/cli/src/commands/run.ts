import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'
import { type AdapterOptions, type Outcome, SandboxAdapter, SandboxError } from '@beddel/sandbox-adapter'
import { EXIT, exitCodeOf } from '../exit-codes.js'
import { inspected, isJson, printErr, printOut, shown, UsageError } from '../print.js'

export interface RunFlags {
  input?: string
  engine?: string
  timeout?: number
  memory?: number
  json?: boolean
}

/** Runs one file; returns the exit code. */
export async function run(file: string, flags: RunFlags): Promise<number> {
  let adapter: SandboxAdapter
  let code: string
  let given: { input: unknown } | undefined
  try {
    if (file === '-' && flags.input === '-') throw new UsageError('The code and the input cannot both come from stdin.')
    adapter = new SandboxAdapter(optionsOf(flags))
    code = await read(file, 'the code')
    given = flags.input === undefined ? undefined : { input: json(await read(flags.input, 'the input'), flags.input) }
  } catch (error) {
    if (!(error instanceof UsageError) && !SandboxError.isInstance(error)) throw error
    printErr(`error: ${error.message}`)
    return EXIT.usage
  }
  try {
    // The time is the run's: choosing and starting an engine takes longer on a slow machine.
    await adapter.ready()
    const outcome = await adapter.tryRun(code, {
      ...given,
      language: /\.[mc]?ts$/.test(file) ? 'ts' : 'js',
      filename: guestName(file),
      ...(flags.json !== true && { onLog: ({ text }) => printErr(text) }),
    })
    return flags.json === true ? ended(outcome) : said(outcome)
  } catch (error) {
    if (!SandboxError.isInstance(error)) throw error
    if (flags.json === true) printOut(JSON.stringify({ success: false, error }, null, 2))
    else sayError(error)
    return exitCodeOf(error)
  } finally {
    await adapter.dispose()
  }
}

function optionsOf({ engine, timeout, memory }: RunFlags): AdapterOptions {
  return { ...(engine !== undefined && { engine }), ...(timeout && { timeoutMs: timeout }), ...(memory && { memoryLimit: memory }) }
}

function said(outcome: Outcome): number {
  if (!outcome.success) {
    sayError(outcome.error)
    return exitCodeOf(outcome.error)
  }
  if (outcome.result !== undefined) printOut(shown(outcome.result))
  for (const note of outcome.notes) printErr(`note: ${note}`)
  if (outcome.usage.logsDropped > 0) printErr(`(${outcome.usage.logsDropped} lines of console output were dropped)`)
  return EXIT.ok
}

/** `result` is there where JSON can say it; any other value is under `resultText`, as Node's console shows it. */
function ended(outcome: Outcome): number {
  const { result, ...rest } = outcome
  const value = result === undefined ? {} : isJson(result) ? { result } : { resultText: inspected(result) }
  printOut(JSON.stringify({ ...rest, ...value }, jsonOnly, 2))
  return outcome.success ? EXIT.ok : exitCodeOf(outcome.error)
}

/** What a guest threw may be anything that can cross. */
function jsonOnly(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

function sayError({ code, message, guest }: SandboxError): void {
  printErr(`${code}: ${message}`)
  const frames = guest?.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  if (frames.length > 0) printErr(frames.join('\n'))
}

/** stdin may be slow, and may be a pipe that says "not yet": it is read as a stream. */
async function read(file: string, what: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${what} cannot be read: ${(error as Error).message}`)
  }
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new UsageError(`the input is no JSON (${file === '-' ? 'stdin' : file}): ${(error as Error).message}`)
  }
}

/** The guest's name in stacks: the file's own, where the sandbox can take it. */
function guestName(file: string): string {
  const name = file === '-' ? 'stdin.js' : basename(file)
  return /^[\w./-]{1,200}$/.test(name) ? name : 'guest.js'
}
