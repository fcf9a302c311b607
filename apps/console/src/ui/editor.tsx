import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { javascript } from '@codemirror/lang-javascript'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { type Diagnostic, linter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { type Signal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { editorTheme } from './editor-theme.ts'
import { replacePlainly } from './replace-plainly.ts'
import { specialChars } from './special-chars.ts'

/** A place in the text, 1-based, and what is wrong there. */
export interface Problem {
  line: number
  column: number
  message: string
}

interface Props {
  label: string
  text: Signal<string>
  language: () => 'js' | 'ts' | 'json'
  problem?: () => Problem | undefined
}

const asJson = jsonParseLinter()

function grammar(language: ReturnType<Props['language']>): Extension {
  if (language !== 'json') return javascript({ typescript: language === 'ts' })
  return [json(), linter((view) => (view.state.doc.toString().trim() === '' ? [] : asJson(view)))]
}

/**
 * CodeMirror over a signal. It lives in a shadow root, where its styles are sheets and not elements: the page's policy
 * forbids style elements. Tab moves the focus on, as everywhere; Ctrl+] indents.
 */
export function Editor({ label, text, language, problem }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const grammars = useRef(new Compartment())

  useEffect(() => {
    const root = host.current?.attachShadow({ mode: 'open' }) as ShadowRoot
    const extensions = [
      lineNumbers(),
      history(),
      specialChars,
      drawSelection(),
      highlightActiveLine(),
      indentOnInput(),
      bracketMatching(),
      editorTheme,
      replacePlainly,
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
      grammars.current.of(grammar(language())),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) text.value = state.doc.toString()
      }),
    ]
    const editor = new EditorView({ state: EditorState.create({ doc: text.value, extensions }), parent: root, root })
    view.current = editor
    return () => editor.destroy()
  }, [])

  useSignalEffect(() => {
    const { value } = text
    const editor = view.current
    if (editor === undefined || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
    editor.scrollDOM.scrollTop = 0
  })
  useSignalEffect(() => {
    const effects = grammars.current.reconfigure(grammar(language()))
    view.current?.dispatch({ effects })
  })
  useSignalEffect(() => {
    const found = problem?.()
    const editor = view.current
    if (editor !== undefined && problem !== undefined) editor.dispatch(setDiagnostics(editor.state, marks(editor.state, found)))
  })
  return <div class="editor" ref={host} />
}

function marks({ doc }: EditorState, problem: Problem | undefined): Diagnostic[] {
  if (problem === undefined || problem.line > doc.lines) return []
  const line = doc.line(problem.line)
  const from = Math.min(line.from + problem.column - 1, line.to)
  return [{ from, to: Math.min(from + 1, line.to), severity: 'error', message: problem.message }]
}
