import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const AT = Date.UTC(2026, 10, 30, 12)
const ENGINE = 'isolated-vm'

interface Given {
  first?: object
  second?: object | false
  [more: string]: unknown
}

/** A line as the migration package writes it. */
export function recording({ first, second, ...more }: Given = {}): Record<string, unknown> {
  return {
    v: 1,
    at: AT,
    site: 'src/rules:check',
    call: 'run',
    mode: 'shadow',
    first: { engine: 'vm2', ms: 1, ok: true, type: 'number', hash: 'a', ...first },
    ...(second === false ? {} : { second: { engine: ENGINE, ms: 2, ok: true, type: 'number', hash: 'a', ...second } }),
    differences: [],
    ...more,
  }
}

export const many = (count: number, make: (i: number) => object): object[] => Array.from({ length: count }, (_, i) => make(i))

/** Writes a folder of recordings; a text is written as it is. */
export function writeRecordings(folder: string, files: Record<string, readonly object[] | string>): string {
  mkdirSync(folder, { recursive: true })
  for (const [name, lines] of Object.entries(files)) {
    const text = typeof lines === 'string' ? lines : lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    writeFileSync(join(folder, name), text)
  }
  return folder
}
