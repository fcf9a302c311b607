import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { HostFunctionTree } from '@beddel/sandbox-adapter'

const near = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const countries = new Intl.DisplayNames('en', { type: 'region' })

/** A job as people have it: somebody else's code over real data, with one function of ours. */
export interface Job {
  what: string
  code: string
  input: readonly unknown[]
  hostFunctions: HostFunctionTree
  /** What every engine must answer. */
  answer: unknown
}

/** The world's airports, from the npm package of that name (MIT). */
export function airportsJob(): Job {
  return {
    what: 'the airports of the world (npm package "airports")',
    code: near('../guests/airports.js'),
    input: createRequire(import.meta.url)('airports') as unknown[],
    hostFunctions: { countryName: (iso: string) => countries.of(iso) },
    answer: JSON.parse(near('../guests/airports.answer.json')),
  }
}
