import { play, stop } from './play.ts'
import { running } from './state.ts'

/** Ctrl+Enter (on a Mac also ⌘+Enter) runs, wherever the focus is; Escape stops what runs. */
export function listen(): void {
  // Before an editor sees it: there the same key opens a line.
  document.addEventListener('keydown', onKey, { capture: true })
}

function onKey(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    event.stopPropagation()
    void play()
  } else if (event.key === 'Escape' && running.value > 0) {
    event.preventDefault()
    stop()
  }
}
