import type { AdapterOptions, Placement } from '@beddel/sandbox-adapter'

export interface EngineVariant {
  label: string
  options: AdapterOptions
}

const variant = (engine: string, placement: Placement, where: string = placement, more: AdapterOptions = {}): EngineVariant => ({
  label: `${engine}, ${where}`,
  options: { engine, placement, ...(placement === 'in-process' && { acceptHostRisk: true }), ...more },
})

/** Every engine that a Node has, in each place where its cells may live. */
export const ENGINE_VARIANTS: readonly EngineVariant[] = [
  variant('isolated-vm', 'process'),
  variant('isolated-vm', 'in-process'),
  variant('quickjs', 'process'),
  variant('quickjs', 'in-process'),
  variant('worker', 'process', 'child process'),
  variant('worker', 'in-process', 'worker thread'),
  variant('vm2', 'in-process', 'in-process', { allowVm2: true }),
]
