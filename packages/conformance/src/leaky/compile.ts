import { createRequire } from 'node:module'

const indirectEval = globalThis.eval
const require = createRequire(import.meta.url)

/** Calls a guest's function from sloppy code, whose caller and arguments the guest can look at. */
const invoke = indirectEval('(function invoke(guest, process, require, module) { return guest.call(this, process, require, module) })') as (
  this: unknown,
  guest: unknown,
  ...host: unknown[]
) => unknown

/** Decides the form by looking at the text, and makes functions by pasting source into a wrapper. */
export function execute(source: string): unknown {
  if (/^\s*(import\s+[\w{*'"]|export\s)/m.test(source)) {
    return import(`data:text/javascript,${encodeURIComponent(source)}`).then((namespace: { default?: unknown }) => namespace.default)
  }
  const host = [process, require, require('node:module')] as const
  if (/\bawait\b/.test(source))
    return invoke.call(globalThis, indirectEval(`(async function(process, require, module){ ${source} })`), ...host)
  if (/\breturn\b/.test(source)) return invoke.call(globalThis, indirectEval(`(function(process, require, module){ ${source} })`), ...host)
  Object.assign(globalThis, { process, require, module: host[2] })
  // A first statement of our own, so that no directive of the guest's comes first.
  return indirectEval(`;${source}`)
}
