/**
 * The offset of a place that swc gives as a line and a column. Its column is a display column: a tab counts 4, a
 * combining mark 0, a wide character one more than its UTF-16 length. Exact for ASCII and tabs; for the rest as near
 * as the classes below, which only moves the place that an error names.
 */
export function offsetOf(text: string, line: number, column: number): number {
  const lineEnd = /\r\n|[\n\r]/g
  let offset = 0
  for (let at = 1; at < line; at++) {
    if (!lineEnd.exec(text)) return text.length
    offset = lineEnd.lastIndex
  }
  for (let seen = 0; seen < column && offset < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(offset)!)
    if (character === '\n' || character === '\r') break
    seen += character.length + extraWidth(character)
    offset += character.length
  }
  return offset
}

const ZERO = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]$/u
const WIDE = /^[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303e\uff01-\uff60]$/u

function extraWidth(character: string): number {
  if (character === '\t') return 3
  if (character >= ' ' && character <= '~') return 0
  if (ZERO.test(character)) return -1
  return WIDE.test(character) ? 1 : 0
}
