import { SCRIPT, type Vm } from './vm.js'
import type { Pointer } from './wasm.js'

/** Where three of the engine's own figures are, for which the C interface has no call, or none that is cheap. */
export interface Places {
  /** 64 bits: the state of `Math.random`. All cells start from one image, and each needs randomness of its own. */
  random: Pointer
  /** 32 bits: operations until the engine asks us again whether to go on. */
  countdown: Pointer
  /** 32 bits: bytes that the guest holds. The interface's own call walks the whole heap. */
  allocated: Pointer
}

/** What the engine sets its countdown to before it asks. */
export const COUNTDOWN = 10_000
const CONTEXT_BYTES = 1_024
const RUNTIME_BYTES = 256

/** Finds them by what they do: never by a number that another build of the engine could have elsewhere. */
export function findPlaces(vm: Vm): Places {
  return { random: findRandom(vm), countdown: findCountdown(vm), allocated: findAllocated(vm) }
}

/** The one place whose bits `Math.random()` takes one step of xorshift64* further. */
function findRandom(vm: Vm): Pointer {
  const context = vm.wasm.qjs_get_context_ptr()
  const [before, after] = ['', 'Math.random()'].map((code) => look(vm, code, context, CONTEXT_BYTES)) as [number[], number[]]
  const bits = (words: number[], at: number): bigint => (BigInt(words[at + 1] as number) << 32n) | BigInt(words[at] as number)
  return only('the state of Math.random', context, CONTEXT_BYTES, (at) => {
    const state = bits(before, at)
    return state !== 0n && xorshift(state) === bits(after, at)
  })
}

/** The one place that the same loop brings down evenly, by one or more at each turn. */
function findCountdown(vm: Vm): Pointer {
  const context = vm.wasm.qjs_get_context_ptr()
  const seen = [0, 200, 400, 600].map((turns) => look(vm, `for(let i=0;i<${turns};i++);`, context, CONTEXT_BYTES))
  return only('the countdown', context, CONTEXT_BYTES, (at) => {
    const [a, b, c, d] = seen.map((words) => words[at] as number) as [number, number, number, number]
    const slope = b - c - (a - b)
    return a <= COUNTDOWN && slope >= 200 && c - d - (b - c) === slope
  })
}

/** The one place that holds what the engine reports as allocated, while that grows. */
function findAllocated(vm: Vm): Pointer {
  const runtime = vm.wasm.qjs_get_runtime_ptr()
  const seen = [0, 1_000, 100_000].map((bytes) => {
    const words = look(vm, `globalThis.held = new ArrayBuffer(${bytes})`, runtime, RUNTIME_BYTES)
    vm.wasm.qjs_compute_memory_usage(vm.scratch)
    return { words, reported: vm.word(vm.scratch) }
  })
  vm.free(vm.run(vm.compile('delete globalThis.held', 'beddel:calibrate', SCRIPT)))
  return only('the bytes allocated', runtime, RUNTIME_BYTES, (at) => seen.every(({ words, reported }) => words[at] === reported))
}

/** The words of a structure of the engine's after a piece of code ran. */
function look(vm: Vm, code: string, structure: Pointer, bytes: number): number[] {
  vm.free(vm.run(vm.compile(code, 'beddel:calibrate', SCRIPT)))
  const from = structure >>> 2
  return Array.from(vm.words.subarray(from, from + bytes / 4))
}

function only(what: string, structure: Pointer, bytes: number, fits: (word: number) => boolean): Pointer {
  const found: number[] = []
  for (let word = 0; word < bytes / 4 - 1; word++) if (fits(word)) found.push(word)
  if (found.length !== 1) throw new Error(`This build of quickjs-wasi is not one that was tested: ${what} is not found`)
  return structure + (found[0] as number) * 4
}

function xorshift(state: bigint): bigint {
  let x = state
  x ^= x >> 12n
  x = BigInt.asUintN(64, x ^ (x << 25n))
  return x ^ (x >> 27n)
}
