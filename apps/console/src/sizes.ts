const UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** A whole number as people write it: `500`, `64k`, `32M` (times 1024). `undefined` where it is none. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)\s*([kmg]?)$/i.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  const size = Number(digits) * (UNITS[unit.toLowerCase()] as number)
  return Number.isSafeInteger(size) ? size : undefined
}

/** The shortest notation that {@link parseSize} reads back as the same. */
export function sizeText(size: number): string {
  for (const unit of ['g', 'm', 'k']) {
    const one = UNITS[unit] as number
    if (size >= one && size % one === 0) return `${size / one}${unit === 'k' ? 'k' : unit.toUpperCase()}`
  }
  return String(size)
}
