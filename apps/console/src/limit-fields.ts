import { DEFAULT_LIMITS, type LimitName } from '@beddel/core'
import type { StatedLimits } from './runner.ts'
import { parseSize, sizeText } from './sizes.ts'

export interface LimitField {
  name: LimitName
  what: string
  unit: string
  /** What counts where the field is blank. */
  fallback: string
}

const field = (name: LimitName, what: string, unit: string): LimitField => {
  const size = DEFAULT_LIMITS[name]
  return { name, what, unit, fallback: size === undefined ? 'off' : sizeText(size) }
}

export const LIMIT_FIELDS: readonly LimitField[] = [
  field('timeoutMs', 'Time for the run, from start to result', 'ms'),
  field('memoryBytes', 'Memory of the guest', 'bytes'),
  field('operations', 'Loop turns and function entries', ''),
  field('hostCalls', 'Host-function calls', ''),
  field('sourceBytes', 'Length of the source', 'chars'),
  field('inputBytes', 'Size of the encoded input', 'chars'),
  field('resultBytes', 'Size of the encoded result', 'chars'),
  field('logBytes', 'Size of the console output', 'chars'),
]

/** The limits that are stated, or the names of those that are no numbers. */
export function readLimits(texts: Record<string, string>): { limits: StatedLimits; wrong: LimitName[] } {
  const limits: StatedLimits = {}
  const wrong: LimitName[] = []
  for (const { name } of LIMIT_FIELDS) {
    const text = texts[name] ?? ''
    if (text.trim() === '') continue
    const size = parseSize(text)
    if (size === undefined) wrong.push(name)
    else limits[name] = size
  }
  return { limits, wrong }
}

export const limitTexts = (limits: StatedLimits): Record<string, string> =>
  Object.fromEntries(Object.entries(limits).map(([name, size]) => [name, sizeText(size)]))
