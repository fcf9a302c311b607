import { instantiate, wasmBase64 } from './generated/swc-strip.js'
import { TOO_DEEP } from './problem.js'

/** Why a source was not stripped, in swc's terms: `line` from 1, `column` from 0 and in display columns. */
export type Diagnostic =
  | { code?: undefined; kind: 'syntax' | 'unsupported'; message: string; line: number; column: number }
  | { code?: undefined; kind: 'gave-up'; message: string }

interface Instance {
  transformSync(source: string, options: object): { code: string }
  readonly __wasm: { readonly memory: { readonly buffer: ArrayBuffer } }
}

/** A WebAssembly memory never shrinks: an instance that a big source has grown past this is not kept. */
const KEPT_MEMORY_BYTES = 16 * 1024 * 1024

const OPTIONS = { mode: 'strip-only', deprecatedTsModuleAsError: true }

let compiled: WebAssembly.Module | undefined
let kept: Instance | undefined

/** One run of swc's strip-only mode, always in a healthy instance. */
export function strip(source: string): { code: string } | Diagnostic {
  compiled ??= new WebAssembly.Module(bytesOf(wasmBase64))
  const instance: Instance = kept ?? instantiate(compiled)
  // Not kept while it runs: after a trap its stack pointer is wrong, and every later call in it would fail too.
  kept = undefined
  try {
    const { code } = instance.transformSync(source, OPTIONS)
    keep(instance)
    return { code }
  } catch (thrown) {
    const diagnostic = diagnosticOf(thrown)
    if (diagnostic.kind !== 'gave-up') keep(instance)
    return diagnostic
  }
}

/** Pages have no Buffer. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  if (typeof Buffer !== 'undefined') return Buffer.from(base64, 'base64')
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function keep(instance: Instance): void {
  if (instance.__wasm.memory.buffer.byteLength <= KEPT_MEMORY_BYTES) kept = instance
}

function diagnosticOf(thrown: unknown): Diagnostic {
  // swc throws a plain object for what it says of the source; an Error is V8 or WebAssembly giving up. Deep nesting
  // is a RangeError where V8's stack is used up first, and an access out of bounds where swc's own is.
  if (thrown instanceof Error) {
    const deep = thrown instanceof RangeError || thrown.message.includes('out of bounds')
    return { kind: 'gave-up', message: deep ? TOO_DEEP : 'The parser gave up on this source' }
  }
  const { code, message, startLine, startColumn } = thrown as Record<string, unknown>
  return {
    kind: code === 'UnsupportedSyntax' ? 'unsupported' : 'syntax',
    message: String(message),
    line: Number(startLine) || 1,
    column: Number(startColumn) || 0,
  }
}
