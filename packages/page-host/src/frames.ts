import { Frame } from './frame.js'
import type { PageWorker } from './page-worker.js'

/** Frames that are kept while no worker of theirs is in use. */
const KEPT_FRAMES = 4
/** Workers made ahead in each frame. */
const WARM_WORKERS = 2

/** After a guest hung. */
const REFRESH_MS = 100

/** A tenant's frame. */
interface Home {
  frame: Frame
  /** Never-used workers, all of the script that was asked for last. */
  warm: PageWorker[]
  script: string
}

/** The frames of one executor, one for each tenant, with warm workers in them. */
export class Frames {
  readonly #homes = new Map<string, Home>()
  #disposed = false

  /** `text` gives the text of a script by its name. */
  constructor(readonly text: (script: string) => Promise<string>) {}

  /** A never-used worker in this tenant's frame. `warm`: others like it will be wanted. */
  take(tenant: string, script: string, warm = false): PageWorker {
    const home = this.#home(tenant)
    if (!warm) return this.#make(home, script)
    const worker = this.#warmed(home, script).pop() ?? this.#make(home, script)
    setTimeout(() => this.#refill(home, script), 0)
    return worker
  }

  /** Makes workers ahead for the first {@link take}. */
  warm(tenant: string, script: string): void {
    const home = this.#home(tenant)
    this.#warmed(home, script)
    this.#refill(home, script)
  }

  dispose(): void {
    this.#disposed = true
    for (const { frame } of this.#homes.values()) frame.remove('its executor was disposed of')
  }

  #make({ frame }: Home, script: string): PageWorker {
    return frame.worker(script, () => this.text(script))
  }

  #warmed(home: Home, script: string): PageWorker[] {
    if (home.script !== script) {
      for (const worker of home.warm.splice(0)) worker.end()
      home.script = script
    }
    return home.warm
  }

  #refill(home: Home, script: string): void {
    while (home.script === script && home.frame.lost === undefined && home.warm.length < WARM_WORKERS) {
      home.warm.push(this.#make(home, script))
    }
  }

  #home(tenant: string): Home {
    const known = this.#homes.get(tenant)
    if (known?.frame.check() === true) {
      // The map's order is that of their last use.
      this.#homes.delete(tenant)
      this.#homes.set(tenant, known)
      return known
    }
    this.#makeRoom()
    const home: Home = {
      frame: new Frame((hung) => {
        if (this.#homes.get(tenant) === home) this.#homes.delete(tenant)
        // The tenant's next run need not wait for a new one; the old one's process is given time to go.
        if (hung && home.script !== '') setTimeout(() => !this.#disposed && this.warm(tenant, home.script), REFRESH_MS)
      }),
      warm: [],
      script: '',
    }
    this.#homes.set(tenant, home)
    return home
  }

  #makeRoom(): void {
    for (const { frame, warm } of this.#homes.values()) {
      if (this.#homes.size < KEPT_FRAMES) return
      if (frame.size === warm.length) frame.remove('its tenant had nothing to run')
    }
  }
}
