import { Ctor, defineProperty, G } from '../engine/primordials.js'
import { run } from './state.js'

interface CallSite {
  getFileName(): string | null
  /** The name that evaluated code gives itself. */
  getScriptNameOrSourceURL(): string | null
  toString(): string
}

/**
 * In a `node:vm` realm an error's stack goes on into the host's frames, with the host's paths. Node asks the realm's
 * `Error.prepareStackTrace` for every stack, so ours stands there for good and hands on only the guest's frames.
 */
export function hideHostFrames(): void {
  let guests: unknown
  const format = (error: unknown, sites: CallSite[]): unknown => {
    const kept: CallSite[] = []
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i] as CallSite
      if (site.getFileName() === run.filename || site.getScriptNameOrSourceURL() === run.filename) kept[kept.length] = site
    }
    if (typeof guests === 'function') return (guests as (e: unknown, s: CallSite[]) => unknown)(error, kept)
    const { name, message } = error as { name: unknown; message: unknown }
    let out = `${typeof name === 'string' ? name : 'Error'}${typeof message === 'string' && message !== '' ? `: ${message}` : ''}`
    for (let i = 0; i < kept.length; i++) out += `\n    at ${(kept[i] as CallSite).toString()}`
    return out
  }
  defineProperty(Ctor.Error, 'prepareStackTrace', {
    get: () => format,
    set: (value) => {
      guests = value === format ? undefined : value
    },
    configurable: false,
  })
  defineProperty(G, 'Error', { value: Ctor.Error, writable: false, enumerable: false, configurable: false })
}
