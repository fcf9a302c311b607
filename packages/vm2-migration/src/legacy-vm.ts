import type { Plan } from './choice.js'
import { legacyOptions, type NodeVMOptions } from './options.js'
import { loadOriginals } from './originals.js'
import { Resolver } from './resolver.js'
import type { Recorder } from './shadow/recorder.js'
import { startShadow } from './shadow/start.js'

const recorders = new WeakMap<object, Recorder>()

/** What hears the calls of a VM of vm2 that is shadowed. */
export const recorderOf = (vm: object): Recorder | undefined => recorders.get(vm)

/** vm2's own method for a VM that is vm2's own. */
export function original(vm: object, kind: 'VM' | 'NodeVM', method: string, args: unknown[]): unknown {
  const prototype = loadOriginals()[kind].prototype as unknown as Record<string, (...args: unknown[]) => unknown>
  return Reflect.apply(prototype[method] as () => unknown, vm, args)
}

/** A VM of vm2's own, with our prototype. */
export function legacyVm(kind: 'VM' | 'NodeVM', options: NodeVMOptions, plan: Plan, target: Target): unknown {
  const construct = (given: NodeVMOptions): object => {
    const legacy = legacyOptions(given)
    if (legacy.require instanceof Resolver) legacy.require = legacy.require.original() as never
    return Reflect.construct(loadOriginals()[kind], [legacy], target) as object
  }
  // What vm2 refuses, it refuses by itself.
  if (plan.shadow === undefined || (options.sandbox && typeof options.sandbox !== 'object')) return construct(options)
  const { recorder, options: heard } = startShadow(plan, plan.shadow, kind, options)
  const { sandbox, ...rest } = heard as NodeVMOptions & { sandbox?: Record<string, unknown> }
  // The constructor would give the guest what the recorder has not seen yet.
  const first = importsOf(rest)
  const vm = construct(rest) as { setGlobals(values: object): unknown; require(id: string): unknown }
  recorders.set(vm, recorder)
  if (sandbox) vm.setGlobals(sandbox)
  for (const id of first) vm.require(id)
  return vm
}

type Target = new (...args: never[]) => unknown

/** Takes `require.import` out of the options. */
function importsOf(options: NodeVMOptions): string[] {
  const { require: given } = options
  if (typeof given !== 'object' || given === null || given instanceof Resolver || given.import === undefined) return []
  const first = [given.import].flat() as string[]
  options.require = { ...given, import: undefined as never }
  return first
}
