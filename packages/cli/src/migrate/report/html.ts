/** Text that is HTML already. Only the template below makes it, and constants of ours. */
export class Html {
  constructor(readonly text: string) {}
}

type Insert = string | number | Html | readonly Html[] | undefined

/** A piece of a page. Whatever is inserted is escaped, unless it was made by this template itself: nothing has to be remembered. */
export function html(parts: TemplateStringsArray, ...inserts: Insert[]): Html {
  return new Html(parts.reduce((text, part, i) => text + textOf(inserts[i - 1]) + part))
}

function textOf(insert: Insert): string {
  if (insert === undefined) return ''
  if (insert instanceof Html) return insert.text
  if (typeof insert === 'object') return insert.map(({ text }) => text).join('')
  return escaped(String(insert))
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"'`]/g, (c) => ENTITIES[c] as string)
