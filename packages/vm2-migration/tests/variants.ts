import { join } from 'node:path'
import * as library from '@beddel/vm2-migration'
import type { Tools } from './cases/index.ts'

/** Every way in which the classes run. */
export const VARIANTS = [
  { name: 'vm2', engine: 'vm2', options: { engine: 'vm2' } },
  { name: 'isolated-vm, child processes', engine: 'isolated-vm', options: { engine: 'isolated-vm' } },
  { name: 'isolated-vm, in process', engine: 'isolated-vm', options: { engine: 'isolated-vm', placement: 'in-process', trust: 'trusted' } },
  { name: 'quickjs, in process', engine: 'quickjs', options: { engine: 'quickjs', placement: 'in-process', trust: 'trusted' } },
] as const

/** vm2 with a shadow on an engine that starts fast. */
export const SHADOWED = {
  engine: 'vm2',
  options: { shadow: { engine: 'quickjs', placement: 'in-process', limits: { timeoutMs: 30_000 } }, trust: 'trusted', recordings: false },
} as const

export type Variant = (typeof VARIANTS)[number] | typeof SHADOWED

/** The library's classes with these options everywhere, as an environment variable would set them. */
export function toolsFor({ options }: Variant): Tools {
  const quiet = { config: false, onDifference: () => {} } as const
  class VM extends library.VM {
    constructor(given: library.VMOptions = {}) {
      super({ ...quiet, ...options, ...given })
    }
  }
  class NodeVM extends library.NodeVM {
    static override code(code: string): unknown {
      return library.NodeVM.code(code, { ...quiet, ...options })
    }
    static override file(file: string): unknown {
      return library.NodeVM.file(file, { ...quiet, ...options })
    }
    constructor(given: library.NodeVMOptions = {}) {
      super({ ...quiet, ...options, ...given })
    }
  }
  const { VMScript, VMError, makeResolverFromLegacyOptions } = library
  return {
    VM,
    NodeVM,
    library,
    VMScript,
    VMError,
    makeResolverFromLegacyOptions,
    app: join(import.meta.dirname, 'fixtures/app'),
  } as unknown as Tools
}
