/** What could steer a terminal, or turn the direction of the text around it. */
const STEERS = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Text of a recording on one line, of a bounded length, with what is not for the eye written out. */
export function clean(text: string, length: number): string {
  const short = text.length > length ? `${text.slice(0, length - 1)}…` : text
  return short.toWellFormed().replace(STEERS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
