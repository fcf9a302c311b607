import type { HostOps } from '../shared/protocol.js'
import { builtin } from './node.js'

type Allocate = (size: number, ...more: unknown[]) => unknown
type BufferLike = Record<'alloc' | 'allocUnsafe' | 'allocUnsafeSlow', Allocate> & ((size: unknown) => unknown)

/** `Buffer`, loaded when the guest first asks for it: few guests do, and it is the largest part of all. */
export function installBuffer(host: HostOps, limit: number | undefined): void {
  const give = (value: unknown): void => {
    Object.defineProperty(globalThis, 'Buffer', { value, writable: true, enumerable: false, configurable: true })
  }
  const get = (): unknown => {
    const module = builtin(host, 'buffer') as { Buffer: BufferLike }
    if (limit !== undefined) module.Buffer = limited(module.Buffer, limit)
    give(module.Buffer)
    return module.Buffer
  }
  Object.defineProperty(globalThis, 'Buffer', { get, set: give, enumerable: false, configurable: true })
}

function limited(Buffer: BufferLike, limit: number): BufferLike {
  const check = (size: unknown): void => {
    if (typeof size === 'number' && size > limit) {
      throw new RangeError(`Buffer allocation size ${size} exceeds the bufferAllocLimit of ${limit} bytes`)
    }
  }
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const) {
    const allocate = Buffer[name]
    Buffer[name] = (size, ...more) => {
      check(size)
      return allocate(size, ...more)
    }
  }
  const made = (target: object, args: unknown[], then: () => object): object => {
    check(args[0])
    return then()
  }
  return new Proxy(Buffer, {
    apply: (target, self, args) => made(target, args, () => Reflect.apply(target as never, self, args) as object),
    construct: (target, args, by) => made(target, args, () => Reflect.construct(target as never, args, by) as object),
  })
}
