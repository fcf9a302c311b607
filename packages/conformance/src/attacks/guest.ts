/** Pieces of guest source that several attacks share. */

/**
 * `loot(p)` takes what a `process` gives: the environment, a file, the process id; and leaves marks: a file and a
 * global of the host. What it got is returned, for the oracles to find.
 */
export const LOOT = `
const loot = (p) => {
  const got = { pid: p.pid, env: p.env[bait.env] }
  const fs = p.getBuiltinModule('fs')
  got.file = fs.readFileSync(bait.read, 'utf8')
  fs.writeFileSync(bait.write, bait.marker)
  globalThis.__beddel_canary = bait.marker
  return got
};
`

/** Takes what can be had along a way to the host's `process`, as a script's value. */
export const take = (way: string): string => `${LOOT}loot(${way})`

/** The same in the body of an async function. */
export const takeAsync = (way: string): string => `${LOOT}return loot(${way})`
