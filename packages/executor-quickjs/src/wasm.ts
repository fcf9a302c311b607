/** A pointer into the instance's memory; to a boxed value (`JSValue *`) unless a name says otherwise. 0 is none. */
export type Pointer = number

/** What we use of the C interface that quickjs-wasi's binary exports. A box that a call gives is ours to free. */
export interface Wasm {
  readonly memory: WebAssembly.Memory
  readonly __stack_pointer: WebAssembly.Global<'i32'>
  _initialize(): void
  qjs_init(): number
  qjs_set_memory_limit(bytes: number): void
  qjs_set_max_stack_size(bytes: number): void
  qjs_set_interrupt_handler(on: number): void
  qjs_set_module_loader(on: number): void
  qjs_run_gc(): void
  qjs_compute_memory_usage(out: Pointer): void
  qjs_get_runtime_ptr(): Pointer
  qjs_get_context_ptr(): Pointer
  qjs_set_runtime_and_context(runtime: Pointer, context: Pointer): void
  qjs_eval(code: Pointer, bytes: number, filename: Pointer, flags: number): Pointer
  qjs_compile(code: Pointer, bytes: number, filename: Pointer, flags: number, write: number, length: Pointer): Pointer
  qjs_eval_bytecode(code: Pointer, bytes: number): Pointer
  qjs_call(fn: Pointer, self: Pointer, count: number, args: Pointer): Pointer
  qjs_new_host_function(name: Pointer, bytes: number, length: number): Pointer
  qjs_new_string(text: Pointer, bytes: number): Pointer
  qjs_new_number(value: number): Pointer
  qjs_new_error(): Pointer
  qjs_get_undefined(): Pointer
  qjs_get_exception(): Pointer
  qjs_throw(value: Pointer): Pointer
  qjs_is_exception(value: Pointer): number
  qjs_is_null(value: Pointer): number
  qjs_is_number(value: Pointer): number
  qjs_is_string(value: Pointer): number
  qjs_get_float64(value: Pointer): number
  qjs_get_string_len(value: Pointer, length: Pointer): Pointer
  qjs_free_cstring(text: Pointer): void
  qjs_get_prop_string(object: Pointer, name: Pointer): Pointer
  qjs_define_prop_string(object: Pointer, name: Pointer, value: Pointer, flags: number): number
  qjs_get_prototype_of(object: Pointer): Pointer
  qjs_get_value_ptr(value: Pointer): Pointer
  qjs_promise_state(promise: Pointer): number
  qjs_promise_result(promise: Pointer): Pointer
  qjs_is_job_pending(): number
  qjs_execute_pending_job(): number
  qjs_free_value(value: Pointer): void
  wasm_malloc(bytes: number): Pointer
  wasm_free(pointer: Pointer): void
  /** Runs what a compile made, and consumes it. Values as their 64 bits. */
  JS_EvalFunction(context: Pointer, compiled: bigint): bigint
  JS_GetModuleNamespace(context: Pointer, module: Pointer): bigint
}

/** What the binary asks of us while it runs. Whatever one of these throws ends the entry: no guest code goes on. */
export interface WasmHost {
  /** The guest runtime's `post`. Answers a box, or 0 after `qjs_throw`. */
  call(count: number, args: Pointer): Pointer
  /** Each time the engine asks whether to go on. */
  interrupt(): void
  /** An import: answers the module's name in new memory, or 0 to refuse. */
  resolve(name: Pointer): Pointer
  /** A module's source in new memory, its length in bytes at `length`. */
  load(length: Pointer): Pointer
  /** Nanoseconds since the epoch. */
  clock(): bigint
  /** Seconds east of UTC at a time in seconds since the epoch. */
  timezone(seconds: number): number
}

const OK = 0
const BAD_DESCRIPTOR = 8
const NO_SUCH_CALL = 52

/**
 * An instance of the binary with its own memory, made synchronously, which the library's own `create` cannot. What the
 * engine prints for its developers goes nowhere: a child's stdout is the wire to its host.
 */
export function instantiate(module: WebAssembly.Module, host: WasmHost): Wasm {
  const view = (): DataView => new DataView(wasm.memory.buffer)
  const wasm = new WebAssembly.Instance(module, {
    env: {
      host_call: (_name: Pointer, _bytes: number, _self: Pointer, count: number, args: Pointer) => host.call(count, args),
      host_interrupt: () => {
        host.interrupt()
        return 0
      },
      host_promise_rejection: () => {},
      host_module_normalize: (_base: Pointer, name: Pointer) => host.resolve(name),
      host_module_load: (_name: Pointer, length: Pointer) => host.load(length),
      host_get_timezone_offset: (high: number, low: number) => host.timezone(high * 2 ** 32 + (low >>> 0)),
    },
    wasi_snapshot_preview1: {
      clock_time_get: (_clock: number, _precision: bigint, out: Pointer) => {
        view().setBigUint64(out, host.clock(), true)
        return OK
      },
      random_get: (out: Pointer, bytes: number) => {
        new Uint8Array(wasm.memory.buffer, out, bytes).fill(0)
        return OK
      },
      fd_write: (_fd: number, vectors: Pointer, count: number, written: Pointer) => {
        let bytes = 0
        for (let i = 0; i < count; i++) bytes += view().getUint32(vectors + i * 8 + 4, true)
        view().setUint32(written, bytes, true)
        return OK
      },
      fd_close: () => NO_SUCH_CALL,
      fd_fdstat_get: () => BAD_DESCRIPTOR,
      fd_seek: () => NO_SUCH_CALL,
    },
  }).exports as unknown as Wasm
  return wasm
}
