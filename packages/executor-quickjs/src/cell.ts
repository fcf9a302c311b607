import {
  ASK,
  BODY_PREFIX,
  BODY_SUFFIX,
  type Cell,
  type CellFactory,
  CellFault,
  type CellOptions,
  type CompiledForm,
  type Dispatch,
  type ParseProblem,
  type Post,
  TELL,
} from '@beddel/core/engine'
import { COUNTDOWN } from './calibrate.js'
import { type Fixed, hostClock, nextSeed, seededCrypto, timezone } from './fixed.js'
import { type Image, makeImage, MEMORY_FLOOR, startFrom } from './image.js'
import { findProblem } from './parse.js'
import { threadCpu } from './thread-cpu.js'
import { MODULE, SCRIPT, type Vm } from './vm.js'
import type { Pointer, WasmHost } from './wasm.js'

/** Jobs between two looks at the clock. */
const JOBS_STEP = 256
/** The binary keeps 128 KiB of each memory limit for reporting that it is reached. */
const ENGINE_RESERVE = 160 * 1024
const PENDING = 0
const FULFILLED = 1

/**
 * Cells of QuickJS, each with its own instance of the binary. `load` gives the compiled binary and is called for the
 * first cell. `fixed` makes runs reproducible.
 */
export function quickJsCells(load: () => WebAssembly.Module, fixed: Fixed = {}, stackBytes?: number): CellFactory {
  let module: WebAssembly.Module | undefined
  const images = new Map<string, Image>()
  return {
    engine: 'quickjs',
    memoryFloor: MEMORY_FLOOR,
    create: (options) => {
      module ??= load()
      const { codegen, web } = options
      const shape = `${codegen}:${web}`
      let image = images.get(shape)
      if (image === undefined) {
        image = makeImage(module, { codegen, web, stackBytes })
        images.set(shape, image)
      }
      return new QuickJsCell(image, module, options, fixed)
    },
  }
}

class QuickJsCell implements Cell {
  deadline = 0
  readonly bodyShift = BODY_PREFIX.length
  post: Post = () => undefined
  readonly #image: Image
  readonly #memoryBytes: number
  /** Absent once the guest was stopped: such an instance is never entered again. */
  #vm: Vm | undefined
  #parsing = false
  /** A module whose evaluation awaits something, with its namespace. */
  #module: { promise: Pointer; definition: Pointer } | undefined
  #cpuMs = 0
  #operations = Number.POSITIVE_INFINITY
  /** What the engine's countdown was set to. */
  #countdown = COUNTDOWN
  /** Answers for `crypto`, where runs are reproducible. */
  readonly #crypto: ((name: string, text: string) => string | undefined) | undefined

  constructor(image: Image, module: WebAssembly.Module, { memoryBytes }: CellOptions, fixed: Fixed) {
    this.#image = image
    this.#memoryBytes = Math.max(memoryBytes, MEMORY_FLOOR)
    const host: WasmHost = {
      call: (count, args) => this.#told(count, args),
      interrupt: () => this.#interrupted(),
      resolve: (name) => this.#resolve(name),
      load: (length) => this.#emptyModule(length),
      clock: hostClock(fixed),
      timezone: timezone(fixed),
    }
    this.#vm = startFrom(image, module, host, memoryBytes, nextSeed(fixed))
    this.#crypto = seededCrypto(fixed)
    this.#arm(this.#vm)
  }

  /** Jumps and calls, counted by the engine one by one. */
  get operationsLeft(): number {
    const vm = this.#vm
    return vm === undefined ? this.#operations : this.#operations - this.#spent(vm)
  }

  set operationsLeft(left: number) {
    this.#operations = left
    if (this.#vm !== undefined) this.#arm(this.#vm)
  }

  readonly dispatch: Dispatch = (op, a, b, c) => {
    if (op !== ASK.SETUP) return this.#dispatch(op, a, b, c)
    // The sandbox's own work before a run is not the guest's.
    const left = this.operationsLeft
    this.operationsLeft = Number.POSITIVE_INFINITY
    const answer = this.#dispatch(op, a, b, c)
    this.operationsLeft = left
    return answer
  }

  readonly #dispatch: Dispatch = (op, a, b, c) =>
    this.#enter((vm) => {
      const args: Pointer[] = []
      for (const value of [a, b, c]) {
        if (value === undefined) break
        args.push(typeof value === 'number' ? vm.number(value) : vm.string(value as string))
      }
      const answer = this.#ask(vm, op, ...args)
      this.#drain(vm)
      return answer
    })

  parse(form: CompiledForm, source: string, filename: string): ParseProblem | undefined {
    return this.#enter((vm) => {
      this.#parsing = true
      const problem = findProblem(vm, this.#image, form, source, filename)
      this.#parsing = false
      return problem
    })
  }

  execute(form: CompiledForm, source: string, filename: string): number {
    return this.#enter((vm) => {
      const code = form === 'body' ? BODY_PREFIX + source + BODY_SUFFIX : source
      const compiled = vm.compile(code, filename, form === 'module' ? MODULE : SCRIPT)
      if (vm.failed(compiled)) {
        const error = vm.exception(compiled)
        if (form === 'script' && vm.prototypeIdentity(error) === this.#image.syntaxErrorPrototype) {
          vm.free(error)
          return 1
        }
        this.#ask(vm, ASK.THREW, error)
      } else if (form === 'module') this.#evaluate(vm, compiled)
      else this.#hand(vm, form === 'body' ? ASK.INVOKE : ASK.VALUE, vm.run(compiled))
      this.#drain(vm)
      return 0
    })
  }

  stop(): void {
    this.#vm = undefined
  }

  memory(): number | undefined {
    return this.#vm?.word(this.#image.places.allocated)
  }

  cpuMs(): number | undefined {
    return threadCpu === undefined ? undefined : this.#cpuMs
  }

  dispose(): void {
    // The instance goes with its last reference; nothing in it is worth freeing piece by piece.
    this.#vm = undefined
    this.#module = undefined
    this.post = () => undefined
  }

  /** Hands a value that the engine made to the guest runtime, or what was thrown instead of it. */
  #hand(vm: Vm, op: number, value: Pointer): void {
    if (vm.failed(value)) this.#ask(vm, ASK.THREW, vm.exception(value))
    else this.#ask(vm, op, value)
  }

  #ask(vm: Vm, op: number, ...args: Pointer[]): string | number | undefined {
    const answer = vm.call(this.#image.dispatch, [vm.number(op), ...args])
    if (vm.failed(answer)) throw this.#unanswered(vm, vm.exception(answer))
    const value = vm.read(answer)
    vm.free(answer)
    return value
  }

  /** The guest runtime catches whatever a guest throws: what leaves it is the engine's own. */
  #unanswered(vm: Vm, error: Pointer): CellFault {
    const noMemory = vm.wasm.qjs_is_null(error) !== 0 || vm.prototypeIdentity(error) === this.#image.internalErrorPrototype
    return noMemory ? new CellFault('memory') : new CellFault('crash', `the guest runtime failed: ${vm.property(error, 'message') ?? ''}`)
  }

  #evaluate(vm: Vm, compiled: Pointer): void {
    // A module's value holds a pointer to its definition in its low half.
    const definition = Number(BigInt.asUintN(32, vm.value(compiled)))
    const promise = vm.run(compiled)
    if (vm.failed(promise)) this.#ask(vm, ASK.THREW, vm.exception(promise))
    else this.#module = { promise, definition }
  }

  /** Runs promise jobs until none is left, and then what they settled. */
  #drain(vm: Vm): void {
    const { wasm } = vm
    do {
      for (let count = 1; wasm.qjs_is_job_pending() !== 0; count++) {
        if (count % JOBS_STEP === 0) this.#checkClock()
        if (wasm.qjs_execute_pending_job() >= 0) continue
        const error = checkedException(vm)
        const noMemory = vm.prototypeIdentity(error) === this.#image.internalErrorPrototype
        vm.free(error)
        // What a finalizer of the guest's throws, on the other hand, reaches nobody, as elsewhere.
        if (noMemory) throw new CellFault('memory')
      }
    } while (this.#settleModule(vm))
  }

  #settleModule(vm: Vm): boolean {
    if (this.#module === undefined) return false
    const { promise, definition } = this.#module
    const state = vm.wasm.qjs_promise_state(promise)
    if (state === PENDING) return false
    this.#module = undefined
    if (state === FULFILLED) this.#hand(vm, ASK.NAMESPACE, vm.namespace(definition))
    else this.#ask(vm, ASK.THREW, vm.wasm.qjs_promise_result(promise))
    vm.free(promise)
    return true
  }

  /** Enters the guest. Whatever stops it passes through the engine's frames, and then the instance is of no more use. */
  #enter<T>(entry: (vm: Vm) => T): T {
    if (this.#vm === undefined) throw new CellFault('crash', 'this cell has ended')
    this.#checkClock()
    const cpu = threadCpu?.() ?? 0
    try {
      return entry(this.#vm)
    } catch (error) {
      this.#vm = undefined
      if (error instanceof CellFault) throw error
      if (performance.now() >= this.deadline) throw new CellFault('timeout')
      // Ours are CellFaults: a RangeError is V8's, which had no room on its own stack for the binary's next call.
      if (error instanceof RangeError) throw new CellFault('stack')
      throw new CellFault('crash', error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    } finally {
      this.#cpuMs += (threadCpu?.() ?? 0) - cpu
    }
  }

  #checkClock(): void {
    if (performance.now() >= this.deadline) throw new CellFault('timeout')
  }

  #interrupted(): void {
    const vm = this.#vm as Vm
    // The engine has just set its countdown anew, so all of the former one is spent. A regular expression counts its
    // own steps and leaves the countdown alone.
    const ownSteps = vm.words[this.#image.places.countdown >>> 2] !== COUNTDOWN
    this.#operations -= ownSteps ? this.#spent(vm) + COUNTDOWN : this.#countdown
    if (this.#operations < 0) throw new CellFault('operations')
    this.#checkClock()
    this.#arm(vm)
  }

  /** Operations since the countdown was set. */
  #spent(vm: Vm): number {
    return this.#countdown - (vm.words[this.#image.places.countdown >>> 2] as number)
  }

  /** Has the engine ask again when the operations are used up, or else after its usual step. */
  #arm(vm: Vm): void {
    this.#countdown = Math.min(COUNTDOWN, this.#operations + 1)
    vm.words[this.#image.places.countdown >>> 2] = this.#countdown
  }

  /** Whether the guest once held all that it may: the instance's memory grows to that and never shrinks. */
  #hasBeenFull(vm: Vm): boolean {
    return vm.bytes.length >= this.#image.runtime + this.#memoryBytes - ENGINE_RESERVE
  }

  #told(count: number, args: Pointer): Pointer {
    const vm = this.#vm as Vm
    const boxes = vm.words.slice(args >>> 2, (args >>> 2) + count)
    const [op, a, b, c] = Array.from(boxes, (box) => vm.read(box))
    if (op === TELL.THROWN && this.#hasBeenFull(vm) && (JSON.parse(a as string) as { name: string }).name === 'NonError') {
      // Where not even its error has room, QuickJS throws null, or nothing at all.
      throw new CellFault('memory')
    }
    // The host's own work in a synchronous call is not the guest's.
    const cpu = op === TELL.CALL_SYNC ? (threadCpu?.() ?? 0) : 0
    const answer =
      (op === TELL.SERVICE ? this.#crypto?.(a as string, b as string) : undefined) ?? this.post(op as number, a, b, c as string | undefined)
    if (op === TELL.CALL_SYNC) this.#cpuMs -= (threadCpu?.() ?? 0) - cpu
    // Stopped or disposed of meanwhile: the guest below must not go on, not even in a `finally`.
    if (this.#vm === undefined) throw new CellFault('stopped')
    return answer ? vm.string(answer) : vm.wasm.qjs_get_undefined()
  }

  /** Each import is refused, but for a source that is only parsed. */
  #resolve(name: Pointer): Pointer {
    const vm = this.#vm as Vm
    const specifier = vm.readName(name)
    if (this.#parsing) return vm.write(specifier).at
    vm.throwError(`Cannot import "${specifier}": this sandbox has no modules to import`)
    return 0
  }

  #emptyModule(length: Pointer): Pointer {
    const vm = this.#vm as Vm
    const { at } = vm.write('')
    vm.words[length >>> 2] = 0
    return at
  }
}

function checkedException(vm: Vm): Pointer {
  const error = vm.wasm.qjs_get_exception()
  if (error === 0) throw new CellFault('memory')
  return error
}
