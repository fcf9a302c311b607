import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags as t } from '@lezer/highlight'

/** All colours are the page's own properties, which reach into the shadow root: so the editor is light or dark with it. */
export const editorTheme: Extension = [
  EditorView.theme({
    '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'transparent' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mono)', fontSize: 'var(--code-size)', lineHeight: '1.5', overflow: 'auto' },
    '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
    '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'transparent', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { backgroundColor: 'var(--shade)' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
      backgroundColor: 'var(--selection)',
    },
    '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selection)' },
    '.cm-specialChar': { color: 'var(--bad)', border: '1px solid currentColor', borderRadius: '2px', fontSize: '0.8em' },
    '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
    '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--panel)', border: '1px solid var(--line)' },
    '.cm-diagnostic-error': { borderLeft: '3px solid var(--bad)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [t.keyword, t.operatorKeyword, t.modifier], color: 'var(--syntax-keyword)' },
      { tag: [t.string, t.special(t.string), t.regexp], color: 'var(--syntax-string)' },
      { tag: [t.number, t.bool, t.null, t.atom], color: 'var(--syntax-number)' },
      { tag: [t.typeName, t.className, t.namespace], color: 'var(--syntax-type)' },
      { tag: [t.function(t.variableName), t.function(t.propertyName)], color: 'var(--syntax-function)' },
      { tag: [t.comment, t.meta], color: 'var(--muted)', fontStyle: 'italic' },
      { tag: t.invalid, color: 'var(--bad)' },
    ]),
  ),
]
