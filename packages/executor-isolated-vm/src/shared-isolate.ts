import type ivm from 'isolated-vm'

/** An isolate in which several runs have had their context. */
export class SharedIsolate {
  contexts = 0
  /** One of its guests had to be stopped, and that ends all of it. */
  stopped = false
  readonly boot = new Map<boolean, ivm.Script>()
  #retired = false

  constructor(readonly isolate: ivm.Isolate) {}

  /** No new context is made in it; it goes with its last one. */
  retire(): void {
    this.#retired = true
    this.#disposeUnused()
  }

  left(): void {
    this.contexts--
    this.#disposeUnused()
  }

  #disposeUnused(): void {
    if (this.#retired && this.contexts === 0 && !this.isolate.isDisposed) this.isolate.dispose()
  }
}
