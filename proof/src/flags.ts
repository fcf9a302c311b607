import { parseArgs, type ParseArgsConfig } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

/** The flags of a command of this folder. */
export function flags<const O extends Options>(usage: string, options: O) {
  try {
    // pnpm hands on the -- that stands before a script's own flags.
    return parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options }).values
  } catch (error) {
    return misused(usage, (error as Error).message)
  }
}

/** Ends a command that was called wrongly: why, and how it is called. */
export function misused(usage: string, why: string): never {
  console.error(`${why}\n${usage}`)
  process.exit(2)
}

/** Of what was asked for, the first that is not there: one unknown name beside known ones is a mistake too. */
export const unknownOf = (wanted: readonly string[] | undefined, known: (name: string) => boolean): string | undefined =>
  wanted?.find((name) => !known(name))
