import { randomBytes } from 'node:crypto'
import { Script } from 'node:vm'
import { type Dispatch, IMPORT_PRELUDE, type Post } from '@beddel/core/engine'

/** A lexical name of each context, under which the host enters it. No guest can list or guess it. */
const ENTER = `beddel_${randomBytes(16).toString('hex')}`
/**
 * Frames that must be free before host code is called: more than the 64 KiB that the host's side asks for, so that the
 * guest gets an error of its own realm.
 */
const HEADROOM = 800

export interface Realm {
  /** Makes the guest runtime in the context, with a way to the host. */
  connect(ask: Post, install: (post: Post, options: unknown) => Dispatch, options: string): void
  /** Lays down the arguments of the next entry. */
  give: (...args: Parameters<Dispatch>) => void
}

/**
 * The first script of a context. All that a guest can ever reach is made in here or by the guest runtime; the one
 * function of the host stays in this closure, gets and returns primitives only, and what it throws is dropped.
 */
export const PRELUDE = new Script(
  `'use strict';
let ${ENTER}
${IMPORT_PRELUDE};
(() => {
  const { Error, TypeError } = globalThis
  const { defineProperty, freeze, getPrototypeOf } = Object
  const { parse } = JSON

  // The guest runtime asks call sites for their file, to leave the host's out: a guest must not answer for them.
  Error.prepareStackTrace = (_, sites) => sites
  freeze(getPrototypeOf(new Error().stack[0]))
  delete Error.prepareStackTrace

  // Its callbacks would run between the entries, out of reach of every deadline. They may never be called.
  const inert = (name, value) => defineProperty(FinalizationRegistry.prototype, name, { value, writable: true, configurable: true })
  inert('register', { register() {} }.register)
  inert('unregister', { unregister() { return false } }.unregister)
  // These two are the host's functions.
  delete WebAssembly.compileStreaming
  delete WebAssembly.instantiateStreaming

  let ask, dispatch, op, a, b, c
  const room = (n) => (n > 0 ? room(n - 1) + 1 : 0)
  const post = (op, a, b, c) => {
    room(${HEADROOM})
    let answer
    try {
      answer = ask(op, a, b, c)
    } catch {
      throw new TypeError('The sandbox could not answer')
    }
    return typeof answer === 'string' ? answer : undefined
  }
  ${ENTER} = () => {
    const value = a
    a = undefined
    return dispatch(op, value, b, c)
  }
  return {
    connect: (given, install, options) => {
      ask = given
      dispatch = install(post, parse(options))
    },
    give: (w, x, y, z) => {
      op = w
      a = x
      b = y
      c = z
    },
  }
})()`,
  { filename: 'beddel:realm' },
)

/** Calls the guest runtime with what was given. Its microtasks run before it returns, under the same timeout. */
export const ENTRY = new Script(`'use strict';${ENTER}()`, { filename: 'beddel:enter' })
