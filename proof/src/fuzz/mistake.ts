import { unknownOf } from '../flags.ts'

/** fast-check takes the low 32 bits of a seed; of larger ones two would be the same. */
export const MAX_SEED = 2 ** 31 - 1

export interface FuzzFlags {
  seed?: string | undefined
  time: string
  only?: string[] | undefined
  path?: string | undefined
  write?: boolean | undefined
}

/** What is wrong with how the fuzzer was called. */
export function mistakeIn({ seed, time, only, path, write }: FuzzFlags, names: readonly string[]): string | undefined {
  const stranger = unknownOf(only, (name) => names.includes(name))
  if (stranger !== undefined) return `There is nothing to fuzz that is called ${stranger}.`
  if (seed !== undefined && (!/^\d+$/.test(seed) || Number(seed) > MAX_SEED)) return `--seed ${seed} is no seed.`
  if (!/^\d+(\.\d+)?$/.test(time) || Number(time) === 0) return `--time ${time} is no number of seconds.`
  if (write === true && only !== undefined) return '--write goes without --only: docs/fuzz.md has a row for each.'
  if (path === undefined) return undefined
  if (!/^\d+(:\d+)*$/.test(path)) return `--path ${path} is no path: it looks like 12:0:3.`
  // A path leads through the cases of one seed and one target; elsewhere it would find nothing and look like a pass.
  if (seed === undefined || new Set(only).size !== 1) return '--path goes with the --seed and the one --only of its failure.'
  return undefined
}
