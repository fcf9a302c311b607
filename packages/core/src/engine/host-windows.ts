import { Ctor } from './primordials.js'

interface Window {
  from: number
  to: number
  views: { view: ArrayBufferView; node: unknown[] }[]
}

/**
 * What the views of the host's value show of their buffers, and no more: Node's small Buffers share one with whatever
 * else of the host is there. Views of one buffer still share it on the other side. Used on the host's side only.
 */
export class HostWindows {
  readonly #windows = new Ctor.Map<ArrayBufferLike, Window>()

  /** `node` is `['v', kind, the buffer's place, offset, length]`; place and offset are put right by {@link settle}. */
  add(view: ArrayBufferView, node: unknown[]): unknown[] {
    const { buffer, byteOffset: from, byteLength } = view
    const window = this.#windows.get(buffer) ?? { from, to: from, views: [] }
    this.#windows.set(buffer, window)
    window.from = Math.min(window.from, from)
    window.to = Math.max(window.to, from + byteLength)
    window.views.push({ view, node })
    return node
  }

  /** `known` tells where a buffer stands that is in the value itself; `place` puts bytes somewhere, if they are not too many. */
  settle(known: (buffer: ArrayBufferLike) => unknown, place: (length: number, bytes: () => Uint8Array) => unknown): void {
    for (const [buffer, { from, to, views }] of this.#windows) {
      // Elements of up to eight bytes must lie as they lay.
      const start = from - (from % 8)
      const bytes = (): Uint8Array => {
        const shown = new Ctor.Uint8Array(to - start)
        for (const { view } of views) {
          shown.set(new Ctor.Uint8Array(buffer, view.byteOffset, view.byteLength), view.byteOffset - start)
        }
        return shown
      }
      const whole = known(buffer)
      const at = whole ?? place(to - start, bytes)
      for (const { node } of views) {
        node[2] = at
        if (whole === undefined) node[3] = (node[3] as number) - start
      }
    }
  }
}
