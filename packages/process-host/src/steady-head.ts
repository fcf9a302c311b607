import type { RunSpec } from '@beddel/core/engine'

/** What the calls of one session mostly have in common. All of it is always stated. */
const STEADY = [
  'form',
  'language',
  'filename',
  'freshness',
  'memoryBytes',
  'resultBytes',
  'logBytes',
  'hostCalls',
  'web',
  'codegen',
  'wasm',
] as const satisfies (keyof RunSpec)[]

export type SteadyHead = Pick<RunSpec, (typeof STEADY)[number]>

/** What the later calls of a session are compared with. */
export const steadyHead = (spec: SteadyHead): SteadyHead =>
  Object.fromEntries(STEADY.map((key) => [key, spec[key]])) as unknown as SteadyHead

/** A call's head without what its session's first call said already: a short call is mostly its head. */
export function withoutSteady<Head extends SteadyHead>(head: Head, first: SteadyHead): Partial<Head> {
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(head)) if (value !== first[key as keyof SteadyHead]) rest[key] = value
  return rest as Partial<Head>
}

/** Puts back what was left out. */
export function withSteady(head: Partial<SteadyHead>, first: SteadyHead): void {
  for (const key of STEADY) head[key] ??= first[key] as never
}
