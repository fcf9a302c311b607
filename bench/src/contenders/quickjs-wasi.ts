import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { QuickJS } from 'quickjs-wasi'
import type { Operations } from '../contender.ts'
import { check, TINY, TINY_RESULT } from '../guests.ts'
import { latency } from '../timing.ts'

/** The library used directly, its WebAssembly compiled once and shared by all its VMs. */
export async function open(): Promise<Operations> {
  const wasm = await WebAssembly.compile(readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm')))
  const fresh = async () => {
    const vm = await QuickJS.create({ wasm, memoryLimit: 128 * 1024 * 1024 })
    const value = vm.evalCode(TINY)
    check(value.toNumber(), TINY_RESULT)
    value.dispose()
    vm.dispose()
  }
  return { freshLatency: (spanMs) => latency(spanMs, fresh) }
}
