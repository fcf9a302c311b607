import { guestRuntime } from '@beddel/core/engine'
import { findPlaces, type Places } from './calibrate.js'
import { instantiate, type Pointer, type WasmHost } from './wasm.js'
import { SCRATCH_BYTES, SCRIPT, Vm } from './vm.js'

/** What the guest's code may take of the C stack, in bytes. More, and plain recursion could use up the host's own stack first. */
export const STACK_BYTES = 256 * 1024
/** The least memory in which a cell starts and has something left for its guest. */
export const MEMORY_FLOOR = 512 * 1024
/** WebAssembly's memory ends at 4 GiB, and a limit of exactly that would be none. */
const MEMORY_CEILING = 2 ** 32 - 2 ** 16

const STRIP_SOURCE = 1 << 4
const STRIP_DEBUG = 1 << 5

/** The memory of a booted instance that no guest has touched, and where in it things are. Made once, copied to cells. */
export interface Image {
  readonly memory: Uint8Array
  /** Everything below is the C stack, which is empty between calls. */
  readonly stackPointer: number
  readonly runtime: Pointer
  readonly context: Pointer
  readonly scratch: Pointer
  readonly undefinedBox: Pointer
  /** The guest runtime's `dispatch`. */
  readonly dispatch: Pointer
  readonly places: Places
  readonly syntaxErrorPrototype: Pointer
  readonly internalErrorPrototype: Pointer
}

export interface ImageOptions {
  codegen: boolean
  web: boolean
  /** What the guest's code may take of the C stack. Default {@link STACK_BYTES}. */
  stackBytes?: number
}

/** Boots an instance with the guest runtime and takes its memory. */
export function makeImage(module: WebAssembly.Module, options: ImageOptions): Image {
  const compiled = compileRuntime(module, options)
  const wasm = instantiate(module, QUIET)
  wasm._initialize()
  if (wasm.qjs_init() !== 0) throw new Error('QuickJS did not start')
  wasm.qjs_set_max_stack_size(options.stackBytes ?? STACK_BYTES)
  wasm.qjs_set_interrupt_handler(1)
  wasm.qjs_set_module_loader(1)
  const scratch = wasm.wasm_malloc(SCRATCH_BYTES)
  const undefinedBox = wasm.qjs_get_undefined()
  const vm = new Vm(wasm, scratch, undefinedBox)
  const places = findPlaces(vm)
  // Before the guest runtime takes the names away.
  const syntaxErrorPrototype = prototypeOf(vm, 'SyntaxError')
  const internalErrorPrototype = prototypeOf(vm, 'InternalError')
  vm.free(vm.run(vm.compile(ADJUST, 'beddel:runtime', SCRIPT)))

  const code = wasm.wasm_malloc(compiled.length)
  vm.bytes.set(compiled, code)
  const start = succeeded(vm, wasm.qjs_eval_bytecode(code, compiled.length))
  wasm.wasm_free(code)
  const name = vm.write('post')
  const post = wasm.qjs_new_host_function(name.at, name.length, 4)
  wasm.wasm_free(name.at)
  const { codegen, web } = options
  const runtimeOptions = JSON.stringify({ codegen, web, wasm: false, hideHostFrames: false })
  const dispatch = succeeded(vm, vm.call(start, [post, vm.string(runtimeOptions)]))
  vm.free(start)
  wasm.qjs_run_gc()

  const stackPointer = wasm.__stack_pointer.value
  return {
    memory: vm.bytes.slice(stackPointer),
    stackPointer,
    runtime: wasm.qjs_get_runtime_ptr(),
    context: wasm.qjs_get_context_ptr(),
    scratch,
    undefinedBox,
    dispatch,
    places,
    syntaxErrorPrototype,
    internalErrorPrototype,
  }
}

/** A new instance with the image's memory: booted, unused, with its own limit and its own randomness. */
export function startFrom(image: Image, module: WebAssembly.Module, host: WasmHost, memoryBytes: number, seed: bigint): Vm {
  const wasm = instantiate(module, host)
  const { memory, stackPointer } = image
  const missing = stackPointer + memory.length - wasm.memory.buffer.byteLength
  if (missing > 0) wasm.memory.grow(missing / 65_536)
  wasm.qjs_set_runtime_and_context(image.runtime, image.context)
  const vm = new Vm(wasm, image.scratch, image.undefinedBox)
  vm.bytes.set(memory, stackPointer)
  wasm.__stack_pointer.value = stackPointer
  wasm.qjs_set_memory_limit(Math.min(Math.max(memoryBytes, MEMORY_FLOOR), MEMORY_CEILING))
  new DataView(wasm.memory.buffer).setBigUint64(image.places.random, seed, true)
  return vm
}

/** The guest runtime as bytecode: without its source and line numbers it takes a quarter of the memory. */
function compileRuntime(module: WebAssembly.Module, options: ImageOptions): Uint8Array {
  const wasm = instantiate(module, QUIET)
  wasm._initialize()
  if (wasm.qjs_init() !== 0) throw new Error('QuickJS did not start')
  const length = wasm.wasm_malloc(SCRATCH_BYTES)
  const vm = new Vm(wasm, length, wasm.qjs_get_undefined())
  const source = vm.write(`((post,options)=>${guestRuntime(options)}(post,JSON.parse(options)))`)
  const name = vm.write('beddel:runtime')
  const code = wasm.qjs_compile(source.at, source.length, name.at, SCRIPT, STRIP_SOURCE | STRIP_DEBUG, length)
  if (code === 0) throw new Error('The guest runtime does not compile in QuickJS')
  return vm.bytes.slice(code, code + vm.word(length))
}

function prototypeOf(vm: Vm, name: string): Pointer {
  const box = succeeded(vm, vm.run(vm.compile(`${name}.prototype`, 'beddel:runtime', SCRIPT)))
  const identity = vm.identity(box)
  vm.free(box)
  return identity
}

function succeeded(vm: Vm, box: Pointer): Pointer {
  if (!vm.failed(box)) return box
  throw new Error(`The guest runtime does not start in QuickJS: ${vm.property(vm.exception(box), 'message') ?? ''}`)
}

/**
 * QuickJS's InternalErrors (out of memory, string too long) are RangeErrors elsewhere, and to a guest here too. Its
 * `prepareStackTrace` goes: through it the engine would hand a guest the functions of every frame, the sandbox's own
 * among them.
 */
const ADJUST = `delete InternalError.prototype.name
Object.setPrototypeOf(InternalError.prototype, RangeError.prototype)
delete Error.prepareStackTrace`

const QUIET: WasmHost = {
  call: () => 0,
  interrupt: () => {},
  resolve: () => 0,
  load: () => 0,
  clock: () => 0n,
  timezone: () => 0,
}
