/**
 * The script of a compiler: a worker in which no guest ever runs. It finds out whether and where a source does not
 * compile, without running it, and does a parser's work where a page has sent one along.
 */
import { IMPORT, type ParseProblem, sourceTools, TOO_DEEP } from '@beddel/core/engine'
import type { CompilerRequest } from '../wire.js'

type Parsers = typeof import('@beddel/source')
/** What a compiler was made with; it is asked for no other work. */
export type CompilerTools = Partial<Pick<Parsers, 'stripTypes' | 'meter' | 'moduleAsBody' | 'replaceImports' | 'sessionScript'>>

export function startCompiler(tools?: CompilerTools): void {
  // Not to be guessed by a source: a second declaration of it is what keeps the source from running.
  const guard = `beddel_${Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join('_')}`
  Object.defineProperty(globalThis, guard, { value: 0 })
  const AsyncFunction = (async () => {}).constructor as new (body: string) => unknown

  /**
   * A script that declares a name which the global object has for good fails before any of it runs and before any of
   * its names are declared, after it was compiled. Only as an event does an error tell its place.
   */
  const problemOf = (text: string): Promise<ParseProblem | undefined> =>
    new Promise((resolve, reject) => {
      const told = (event: ErrorEvent): void => {
        event.preventDefault()
        const { error, lineno, colno } = event as { error: unknown; lineno: number; colno: number }
        const message = error instanceof Error ? error.message : event.message
        if (message.includes(guard)) resolve(undefined)
        else resolve({ message, line: lineno, column: colno, ...(error instanceof RangeError && { tooDeep: true }) })
      }
      addEventListener('error', told, { once: true })
      // oxlint-disable-next-line typescript/no-implied-eval -- it compiles, and cannot run
      setTimeout(`${text}\nconst ${guard}=0`, 0)
      setTimeout(() => {
        removeEventListener('error', told)
        reject(new Error('a source ran where none may'))
      }, 0)
    })

  const bodyProblem = (source: string): string | typeof TOO_DEEP => {
    try {
      new AsyncFunction(source)
      return ''
    } catch (error) {
      if (error instanceof RangeError) return TOO_DEEP
      return (error as Error).message || 'Invalid source'
    }
  }

  /** The parser's own errors are answers; others are failures. */
  const guarded = (work: () => unknown): unknown => {
    try {
      return work()
    } catch (error) {
      const { problem } = error as { problem?: ParseProblem }
      if (problem === undefined) throw error
      return { problem }
    }
  }

  const have = tools as Required<CompilerTools>
  const { strip, meter } = sourceTools(() => have)

  const answer = (request: CompilerRequest): unknown => {
    const [, work, source] = request
    switch (work) {
      case 'script':
        return problemOf(source)
      case 'body':
        return bodyProblem(source)
      case 'strip':
        return strip(source)
      case 'module':
        return guarded(() => have.moduleAsBody(source, IMPORT))
      case 'imports':
        return guarded(() => ({ code: have.replaceImports(source, request[3], IMPORT) }))
      case 'session':
        return guarded(() => have.sessionScript(source))
      case 'meter':
        return meter(source, request[3], request[4])
    }
  }

  addEventListener(
    'message',
    (event) => {
      const port = event.ports[0] as MessagePort
      port.onmessage = async ({ data }: MessageEvent<CompilerRequest>) => {
        try {
          port.postMessage([data[0], await answer(data)])
        } catch (error) {
          port.postMessage([data[0], undefined, String(error)])
        }
      }
    },
    { once: true },
  )
}
