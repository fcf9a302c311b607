import { SCRIPT, type Vm } from './vm.js'
import type { Pointer } from './wasm.js'

/** Where two of a context's own counters are, for which the C interface has no call. */
export interface Places {
  /** 64 bits: the state of `Math.random`. All cells start from one image, and each needs randomness of its own. */
  random: Pointer
  /** 32 bits: operations until the engine asks us again whether to go on. */
  countdown: Pointer
}

/** What the engine sets its countdown to before it asks. */
export const COUNTDOWN = 10_000
const CONTEXT_BYTES = 1_024

/** Finds both by what they do: never by a number that another build of the engine could have elsewhere. */
export function findPlaces(vm: Vm): Places {
  return { random: findRandom(vm), countdown: findCountdown(vm) }
}

/** The one place whose bits `Math.random()` takes one step of xorshift64* further. */
function findRandom(vm: Vm): Pointer {
  const [before, after] = [look(vm, ''), look(vm, 'Math.random()')]
  const bits = (words: number[], at: number): bigint => (BigInt(words[at + 1] as number) << 32n) | BigInt(words[at] as number)
  return only('the state of Math.random', vm, (at) => {
    const state = bits(before, at)
    return state !== 0n && xorshift(state) === bits(after, at)
  })
}

/** The one place that the same loop brings down evenly, by one or more at each turn. */
function findCountdown(vm: Vm): Pointer {
  const seen = [0, 200, 400, 600].map((turns) => look(vm, `for(let i=0;i<${turns};i++);`))
  return only('the countdown', vm, (at) => {
    const [a, b, c, d] = seen.map((words) => words[at] as number) as [number, number, number, number]
    const slope = b - c - (a - b)
    return a <= COUNTDOWN && slope >= 200 && c - d - (b - c) === slope
  })
}

/** The context's words after a piece of code ran. */
function look(vm: Vm, code: string): number[] {
  vm.free(vm.run(vm.compile(code, 'beddel:calibrate', SCRIPT)))
  const from = vm.wasm.qjs_get_context_ptr() >>> 2
  return Array.from(vm.words.subarray(from, from + CONTEXT_BYTES / 4))
}

function only(what: string, vm: Vm, fits: (word: number) => boolean): Pointer {
  const found: number[] = []
  for (let word = 0; word < CONTEXT_BYTES / 4 - 1; word++) if (fits(word)) found.push(word)
  if (found.length !== 1) throw new Error(`This build of quickjs-wasi is not one that was tested: ${what} is not found`)
  return vm.wasm.qjs_get_context_ptr() + (found[0] as number) * 4
}

function xorshift(state: bigint): bigint {
  let x = state
  x ^= x >> 12n
  x = BigInt.asUintN(64, x ^ (x << 25n))
  return x ^ (x >> 27n)
}
