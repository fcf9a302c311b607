const WIDTH = 100

/** Lines of a source around a place, with the place underlined. */
export function codeFrame(source: string, at: { line: number; column: number; endLine: number; endColumn: number }, around = 1): string[] {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/)
  const first = Math.max(1, at.line - around)
  const last = Math.min(lines.length, at.line + around)
  const gutter = String(last).length
  const out: string[] = []
  for (let line = first; line <= last; line++) {
    const text = lines[line - 1] as string
    const here = line === at.line
    // Of a long line the part that matters.
    const from = here && at.column > WIDTH / 2 ? at.column - WIDTH / 2 : 0
    const shown = text.slice(from, from + WIDTH).replaceAll('\t', ' ')
    out.push(
      `${here ? '>' : ' '} ${String(line).padStart(gutter)} | ${from > 0 ? '…' : ''}${shown}${text.length > from + WIDTH ? '…' : ''}`,
    )
    if (!here) continue
    const end = at.endLine === at.line ? at.endColumn : text.length + 1
    const start = at.column - 1 - from + (from > 0 ? 1 : 0)
    out.push(`  ${' '.repeat(gutter)} | ${' '.repeat(start)}${'^'.repeat(Math.max(1, Math.min(end - at.column, WIDTH - start)))}`)
  }
  return out
}
