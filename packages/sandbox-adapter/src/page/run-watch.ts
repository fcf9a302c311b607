import type { RunEvent } from '../channels.js'

/** Nobody watches runs in a page: telemetry and channels are Node's. */
export const isWatched = (): boolean => false

export class RunWatch {
  constructor(readonly event: RunEvent) {}

  inside<T>(fn: () => T): T {
    return fn()
  }

  ended(): void {}
  threw(): void {}
}
