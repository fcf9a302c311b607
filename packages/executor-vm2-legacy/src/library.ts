import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type { VM, VMScript } from 'vm2'

export interface Vm2 {
  version: string
  VM: typeof VM
  VMScript: typeof VMScript
}

const require = createRequire(import.meta.url)
let loaded: Vm2 | undefined

/**
 * A copy of vm2 of our own, in whose contexts promise jobs run at the end of each entry, inside its timeout. vm2 alone
 * leaves them to the host's queue, where `(async () => { for (;;) await 0 })()` stops the host for good. vm2 has no
 * option for it, so `vm.createContext` is another one while the copy is loaded, and only then.
 */
export function loadVm2(): Vm2 {
  return (loaded ??= load())
}

function load(): Vm2 {
  const manifest = require.resolve('vm2/package.json')
  const folder = dirname(manifest) + sep
  const { version } = require(manifest) as { version: string }
  const vm = require('node:vm') as { createContext: (object: unknown, options?: object) => unknown }
  const { createContext } = vm
  const others = takeFromCache(folder)
  vm.createContext = (object, options) => createContext(object, { ...options, microtaskMode: 'afterEvaluate' })
  try {
    const { VM: Vm, VMScript: Script } = require('vm2') as Vm2
    return { version, VM: Vm, VMScript: Script }
  } finally {
    vm.createContext = createContext
    // The caller's own vm2, where there is one, stays as it was.
    takeFromCache(folder)
    Object.assign(require.cache, others)
  }
}

function takeFromCache(folder: string): Record<string, NodeJS.Module | undefined> {
  const taken: Record<string, NodeJS.Module | undefined> = {}
  for (const path of Object.keys(require.cache)) {
    if (!path.startsWith(folder)) continue
    taken[path] = require.cache[path]
    delete require.cache[path]
  }
  return taken
}
