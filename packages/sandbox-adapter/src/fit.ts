import { type Capabilities, type ExecutorOptions, type ExecutorProvider, type Limits, SandboxError, unsupported } from '@beddel/core'

/** The limits that an engine may be unable to hold, and what its capabilities call them. */
const HELD = [
  ['timeoutMs', 'wall'],
  ['memoryBytes', 'heap'],
  ['operations', 'operations'],
] as const

/**
 * Why an engine cannot do what the options state, by its declared capabilities. What this leaves out the engine itself
 * refuses when it is made.
 */
export function cannotDo(
  provider: ExecutorProvider,
  capabilities: Capabilities,
  options: ExecutorOptions,
  stated: Partial<Limits>,
): SandboxError | undefined {
  const { id, placements } = provider
  const { placement, freshness, form, language } = options
  if (placement !== undefined && !placements.includes(placement)) {
    return unsupported('placement', `"${placement}" is not what ${id} has. It has: ${placements.join(', ')}.`, { engine: id })
  }
  const limit = cannotHold(id, capabilities, options, stated)
  if (limit !== undefined) return limit
  if (options.codegen === true && !capabilities.codegen) return unsupported('codegen', `is not what ${id} can grant.`, { engine: id })
  if (options.wasm === true && !capabilities.wasm) return unsupported('wasm', `is not what ${id} has.`, { engine: id })
  if (freshness !== undefined && !capabilities.freshness.includes(freshness)) {
    return unsupported('freshness', `"${freshness}" is not what ${id} can give.`, { engine: id })
  }
  if (form === 'module' && !capabilities.modules) return unsupported('form', `"module": ${id} has no modules.`, { engine: id })
  if (language === 'ts' && !capabilities.typescript) return unsupported('language', `"ts": ${id} takes JavaScript only.`, { engine: id })
  return undefined
}

/** A limit that is stated must be one that the engine holds. */
export function cannotHold(
  id: string,
  { limits }: Capabilities,
  options: ExecutorOptions,
  stated: Partial<Limits>,
): SandboxError | undefined {
  for (const [name, capability] of HELD) {
    const { enforced, note } = limits[capability]
    if (stated[name] === undefined || enforced !== 'none') continue
    return unsupported(`limits.${name}`, `cannot be held by ${id}${note === undefined ? '' : `: ${note}`}.`, { engine: id })
  }
  if (stated.operations !== undefined && options.codegen === true && limits.operations.note === 'metered') {
    return unsupported('limits.operations', `cannot be counted by ${id} together with codegen: code made from strings is not metered.`, {
      engine: id,
    })
  }
  return undefined
}
