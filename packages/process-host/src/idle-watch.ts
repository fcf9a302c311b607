import type { KillReason } from './death.js'
import type { PoolOptions } from './pool-options.js'

/** One process of a pool, as far as its rest is concerned. */
export interface Restable {
  readonly idle: boolean
  readonly sessions: number
  /** `performance.now()` of its last use. */
  readonly lastUsed: number
  kill(reason: KillReason): void
}

/** Ends processes above `min` that nobody has used for `idleTimeoutMs`. Looks only while there are any. */
export class IdleWatch {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly options: Pick<PoolOptions, 'min' | 'idleTimeoutMs'>,
    readonly members: ReadonlySet<Restable>,
  ) {}

  look(): void {
    const { min, idleTimeoutMs } = this.options
    if (this.#timer !== undefined || this.members.size <= min) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const since = performance.now() - idleTimeoutMs
      for (const member of this.members) {
        if (this.members.size <= min) break
        if (member.idle && member.sessions === 0 && member.lastUsed <= since) member.kill('idle')
      }
      this.look()
    }, idleTimeoutMs)
    this.#timer.unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
