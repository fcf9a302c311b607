/**
 * Pieces of guest source that several attacks share. They do without the word `return` where it is not meant: the leaky
 * control decides by the text what a source is.
 */

/**
 * `loot(p)` takes what a `process` gives: the environment, a file, the process id; and leaves marks: a file and a
 * global of the host. What it got is returned, for the oracles to find.
 */
export const LOOT = `
const loot = (p, fs = p.getBuiltinModule('fs')) => (
  fs.writeFileSync(bait.write, bait.marker),
  globalThis.__beddel_canary = bait.marker,
  { pid: p.pid, env: p.env[bait.env], file: fs.readFileSync(bait.read, 'utf8') }
);
`

/** Takes what can be had along a way to the host's `process`, as a script's value where it can be. */
export const take = (way: string): string => (/\breturn\b/.test(way) ? takeAsync(way) : `${LOOT}loot(${way})`)

/** The same in the body of an async function. */
export const takeAsync = (way: string): string => `${LOOT}return loot(${way})`

/** Does something at each of the deepest thousand levels of the stack, and is 'alive' in the end. */
export const atTheEdge = (what: string): string => `
let levels = 0;
function dive() { try { dive() } catch (e) { if (levels++ < 1000) try { ${what} } catch {} throw e } }
try { dive() } catch {}`

/**
 * `reach(…things)` looks for the host behind whatever a guest was handed: a receiver, arguments, a caught error. It gives
 * its loot as text, since where it is called only text may get out. `up(arguments)` is the caller, where it can be had.
 */
export const REACH = `${LOOT}
const up = (args) => { try { return args.callee.caller } catch {} };
const reach = (...things) => {
  for (const thing of things) {
    for (const find of [() => thing.constructor.constructor('return process')(), () => thing.constructor('return process')(), () => thing.process]) {
      try {
        const p = find();
        if (p && p.pid) return JSON.stringify(loot(p))
      } catch {}
    }
  }
  return 'nothing'
};
`
