import { decode, encode } from '../engine/codec.js'
import { type Post, TELL } from '../engine/ops.js'
import { Ctor, defineProperty, G, hasOwn, indexOf, mapDelete, mapGet, mapSet, slice } from '../engine/primordials.js'
import { markHostError } from './describe.js'
import { fault } from './ending.js'
import { run } from './state.js'

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}
const waiting = new Ctor.Map<number, Waiting>()
let lastId = 0

/** Puts the host functions under their dotted names, nested ones into plain objects. */
export function installHostFunctions(post: Post, functions: [string, 'a' | 's'][]): void {
  for (let i = 0; i < functions.length; i++) {
    const [path, kind] = functions[i] as [string, 'a' | 's']
    let target: object = G
    let from = 0
    for (;;) {
      const dot = indexOf(path, '.', from)
      if (dot < 0) break
      const key = slice(path, from, dot)
      if (!hasOwn(target, key)) put(target, key, {})
      target = (target as Record<string, object>)[key] as object
      from = dot + 1
    }
    const key = slice(path, from)
    const call = kind === 's' ? syncCall(post, path) : asyncCall(post, path)
    defineProperty(call, 'name', { value: key, configurable: true })
    put(target, key, call)
  }
}

/** A global is not enumerable, like the language's own; a namespace's members are. */
function put(target: object, key: string, value: unknown): void {
  defineProperty(target, key, { value, writable: true, enumerable: target !== G, configurable: true })
}

function argumentsText(name: string, args: unknown[]): string {
  if (run.hostCallsLeft-- <= 0) {
    fault('BEDDEL_HOST_CALL_LIMIT', 'The run made more host calls than its limit allows')
    throw new Ctor.Error('Too many host calls')
  }
  const encoded = encode(args, run.resultBytes, 'arguments')
  if (encoded.problem !== undefined) {
    const { path, what } = encoded.problem
    throw new Ctor.TypeError(`Cannot call ${name}: ${path}: ${what}`)
  }
  return encoded.text
}

function asyncCall(post: Post, name: string) {
  return (...args: unknown[]): Promise<unknown> =>
    new Ctor.Promise((resolve, reject) => {
      const text = argumentsText(name, args)
      const id = ++lastId
      mapSet(waiting, id, { resolve, reject })
      post(TELL.CALL, id, name, text)
    })
}

function syncCall(post: Post, name: string) {
  return (...args: unknown[]): unknown => {
    const answer = post(TELL.CALL_SYNC, name, argumentsText(name, args)) ?? ''
    const value = valueOf(slice(answer, 1))
    if (answer[0] === '1') return value
    throw asHostError(value, 0)
  }
}

export function reply(id: number, ok: boolean, text: string): void {
  const call: Waiting | undefined = mapGet(waiting, id)
  if (call === undefined) return
  mapDelete(waiting, id)
  const value = valueOf(text)
  if (ok) call.resolve(value)
  else call.reject(asHostError(value, id))
}

function valueOf(text: string): unknown {
  const decoded = decode(text, true)
  return decoded.ok ? decoded.value : undefined
}

function asHostError(value: unknown, id: number): unknown {
  const error = typeof value === 'object' && value !== null ? value : new Ctor.Error('The host function failed')
  markHostError(error, id)
  return error
}
