import { EditorView } from '@codemirror/view'

/**
 * Typing over a selection: left to the browser it keeps the look of what was there by a style attribute, which the page's
 * policy blocks and its console complains of.
 */
export const replacePlainly = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, cancelable } = event
    if (inputType !== 'insertText' || data === null || !cancelable || view.composing || view.state.selection.main.empty) return false
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})
