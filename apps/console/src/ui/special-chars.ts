import type { Extension } from '@codemirror/state'
import { highlightSpecialChars } from '@codemirror/view'

/**
 * What CodeMirror's own list lacks: the other controls of direction, joiners, and letters and tags that have no look. A link may
 * hold any of them, and code that its reader takes for a comment.
 */
const MORE =
  /[\u{17b4}-\u{17b5}\u{115f}-\u{1160}\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{feff}\u{ffa0}\u{e0000}-\u{e0fff}]/u

/** Shows each as its code point, so that what is read is what runs. */
export const specialChars: Extension = highlightSpecialChars({ addSpecialChars: MORE, render })

function render(code: number, description: string | null): HTMLElement {
  const mark = document.createElement('span')
  mark.className = 'cm-specialChar'
  mark.textContent = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  if (description !== null) mark.title = description
  return mark
}
