import { CellFault } from '@beddel/core/engine'
import { fromBytes, toBytes } from './text.js'
import type { Pointer, Wasm } from './wasm.js'

export const SCRIPT = 0
export const MODULE = 1
const COMPILE_ONLY = 1 << 5
const CONFIGURABLE = 1 << 0
const WRITABLE = 1 << 1

/** Bytes of {@link Vm} 's scratch place: four pointers for a call's arguments, then memory figures. */
export const SCRATCH_BYTES = 26 * 8

/** Thin words over the C interface: text, calls, compiles. Knows nothing of the sandbox. */
export class Vm {
  #bytes = new Uint8Array(0)
  #words = new Uint32Array(0)

  constructor(
    readonly wasm: Wasm,
    /** Memory of {@link SCRATCH_BYTES} that is free between calls. */
    readonly scratch: Pointer,
    readonly undefinedBox: Pointer,
  ) {}

  /** The whole memory; ask again after anything that may allocate. */
  get bytes(): Uint8Array {
    const { buffer } = this.wasm.memory
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer)
    return this.#bytes
  }

  /** The memory as 32-bit words; the engine's pointers are multiples of 4. */
  get words(): Uint32Array {
    const { buffer } = this.wasm.memory
    if (this.#words.buffer !== buffer) this.#words = new Uint32Array(buffer)
    return this.#words
  }

  /** Text in new memory, zero-terminated. */
  write(text: string): { at: Pointer; length: number } {
    const encoded = toBytes(text)
    const at = checked(this.wasm.wasm_malloc(encoded.length + 1))
    const { bytes } = this
    bytes.set(encoded, at)
    bytes[at + encoded.length] = 0
    return { at, length: encoded.length }
  }

  string(text: string): Pointer {
    const { at, length } = this.write(text)
    const box = this.wasm.qjs_new_string(at, length)
    this.wasm.wasm_free(at)
    if (checked(box) && this.wasm.qjs_is_exception(box) !== 0) throw new CellFault('memory')
    return box
  }

  number(value: number): Pointer {
    return checked(this.wasm.qjs_new_number(value))
  }

  /** A string or a number; anything else is `undefined`, and none of its code runs. */
  read(box: Pointer): string | number | undefined {
    const { wasm, scratch } = this
    if (wasm.qjs_is_number(box) !== 0) return wasm.qjs_get_float64(box)
    if (wasm.qjs_is_string(box) === 0) return undefined
    const at = checked(wasm.qjs_get_string_len(box, scratch))
    const { bytes } = this
    const text = fromBytes(bytes.subarray(at, at + this.word(scratch)))
    wasm.qjs_free_cstring(at)
    return text
  }

  /** A zero-terminated text that the engine owns. */
  readName(at: Pointer): string {
    const { bytes } = this
    return fromBytes(bytes.subarray(at, bytes.indexOf(0, at)))
  }

  word(at: Pointer): number {
    return this.words[at >>> 2] as number
  }

  /** Calls a function, and frees the arguments. */
  call(fn: Pointer, args: readonly Pointer[]): Pointer {
    const { wasm, scratch } = this
    const { words } = this
    for (let i = 0; i < args.length; i++) words[(scratch >>> 2) + i] = args[i] as Pointer
    const result = checked(wasm.qjs_call(fn, this.undefinedBox, args.length, scratch))
    for (const arg of args) wasm.qjs_free_value(arg)
    return result
  }

  /** Compiles without running. Where {@link failed} says so, the exception is pending. */
  compile(code: string, filename: string, type: number): Pointer {
    const { wasm } = this
    const source = this.write(code)
    const name = this.write(filename)
    const box = wasm.qjs_eval(source.at, source.length, name.at, type | COMPILE_ONLY)
    wasm.wasm_free(source.at)
    wasm.wasm_free(name.at)
    return checked(box)
  }

  /** Runs what {@link compile} made, and consumes it. */
  run(compiled: Pointer): Pointer {
    const { wasm } = this
    const value = wasm.JS_EvalFunction(wasm.qjs_get_context_ptr(), this.value(compiled))
    return this.#box(compiled, value)
  }

  /** The namespace of a compiled module. */
  namespace(module: Pointer): Pointer {
    const { wasm } = this
    const value = wasm.JS_GetModuleNamespace(wasm.qjs_get_context_ptr(), module)
    return this.#box(checked(wasm.wasm_malloc(8)), value)
  }

  failed(box: Pointer): boolean {
    return this.wasm.qjs_is_exception(box) !== 0
  }

  /** Takes the pending exception and frees the box that stood for it. */
  exception(failed: Pointer): Pointer {
    this.wasm.qjs_free_value(failed)
    return checked(this.wasm.qjs_get_exception())
  }

  /** A property's string or number. A getter of the guest's may run, and what it throws is dropped. */
  property(object: Pointer, name: string): string | number | undefined {
    const { at } = this.write(name)
    const box = this.wasm.qjs_get_prop_string(object, at)
    this.wasm.wasm_free(at)
    if (checked(box) && this.failed(box)) {
      this.free(this.exception(box))
      return undefined
    }
    const value = this.read(box)
    this.free(box)
    return value
  }

  /** Makes an Error with this message the pending exception. */
  throwError(message: string): void {
    const { wasm } = this
    const error = checked(wasm.qjs_new_error())
    const text = this.string(message)
    const { at } = this.write('message')
    wasm.qjs_define_prop_string(error, at, text, WRITABLE | CONFIGURABLE)
    wasm.wasm_free(at)
    this.free(text)
    this.free(wasm.qjs_throw(error))
    this.free(error)
  }

  /** Which object a value's prototype is; 0 where it has none. */
  prototypeIdentity(box: Pointer): Pointer {
    const prototype = checked(this.wasm.qjs_get_prototype_of(box))
    const identity = this.identity(prototype)
    this.free(prototype)
    return identity
  }

  free(box: Pointer): void {
    this.wasm.qjs_free_value(box)
  }

  /** Which object a value is; 0 where it is none. */
  identity(box: Pointer): Pointer {
    return this.wasm.qjs_get_value_ptr(box)
  }

  /** A value's 64 bits. */
  value(box: Pointer): bigint {
    return new DataView(this.wasm.memory.buffer).getBigUint64(box, true)
  }

  #box(at: Pointer, value: bigint): Pointer {
    new DataView(this.wasm.memory.buffer).setBigUint64(at, BigInt.asUintN(64, value), true)
    return at
  }
}

/** The C interface gives 0 where not even a box could be allocated: the instance's memory cannot grow any more. */
function checked(pointer: Pointer): Pointer {
  if (pointer === 0) throw new CellFault('memory')
  return pointer
}
