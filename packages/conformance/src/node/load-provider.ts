import { type ExecutorProvider, SPEC } from '@beddel/core'
import type { ProviderModule } from './job.js'
import { UnusableProvider } from './unusable-provider.js'

/** Imports a provider. What is wrong with the module is said in words for its author. */
export async function loadProvider({ module, export: name }: ProviderModule): Promise<ExecutorProvider> {
  const found = (await import(module)) as Record<string, unknown>
  const isProvider = (value: unknown): value is ExecutorProvider => (value as { spec?: unknown } | undefined)?.spec === SPEC
  if (name !== undefined) {
    if (isProvider(found[name])) return found[name]
    throw new UnusableProvider(`${module} has no export ${name} whose spec is '${SPEC}'`, { misuse: true })
  }
  const names = Object.keys(found).filter((key) => isProvider(found[key]))
  if (names.length === 1) return found[names[0] as string] as ExecutorProvider
  const what = names.length === 0 ? 'no provider' : `several providers (${names.join(', ')})`
  throw new UnusableProvider(`${module} exports ${what}: name the export whose spec is '${SPEC}'`, { misuse: true })
}
