import {
  defineProperty,
  deleteProperty,
  G,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
  Ctor,
  bareObject,
  indexOf,
  slice,
} from '../engine/primordials.js'
import { ALLOWED_GLOBALS } from '../engine/allowed-globals.js'
import type { RuntimeOptions } from '../engine/ops.js'

/** Leaves the globals of the allow-list and takes the ways from a string to code. Not a boundary: the engine is. */
export function pruneGlobals(options: RuntimeOptions): void {
  if (options.extraGlobals === undefined) pruneAll(options)
  else {
    let from = 0
    for (let at = 0; at >= 0; from = at + 1) {
      at = indexOf(options.extraGlobals, ',', from)
      remove(at < 0 ? slice(options.extraGlobals, from) : slice(options.extraGlobals, from, at))
    }
  }
  if (!options.codegen) lockConstructors()
}

function pruneAll(options: RuntimeOptions): void {
  const keep = bareObject<true>()
  for (let i = 0; i < ALLOWED_GLOBALS.length; i++) keep[ALLOWED_GLOBALS[i] as string] = true
  if (options.codegen) keep.eval = keep.Function = true
  if (options.wasm) keep.WebAssembly = true
  const names = ownKeys(G)
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    if (keep[name] !== true) remove(name)
  }
}

/** Some flags of a host's own process add globals that cannot be deleted (`--expose-gc`). */
function remove(name: string): void {
  if (!deleteProperty(G, name)) G[name] = undefined
}

/** `(()=>{}).constructor('…')()` and its async and generator kin. */
function lockConstructors(): void {
  const samples = [function () {}, async () => {}, function* () {}, async function* () {}]
  const refuse = () => {
    throw new Ctor.TypeError('Code generation from strings is not allowed in this sandbox')
  }
  for (let i = 0; i < samples.length; i++) {
    const proto = getPrototypeOf(samples[i]) as object
    const found = getOwnPropertyDescriptor(proto, 'constructor')
    if (found?.configurable === false) continue
    defineProperty(proto, 'constructor', { value: refuse, writable: false, enumerable: false, configurable: false })
  }
}

/** Defines what the sandbox adds: like the language's own globals, not enumerable. */
export function define(name: string, value: unknown, target: object = G): void {
  defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true })
}
