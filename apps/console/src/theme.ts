import { effect, signal } from '@preact/signals'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'beddel-theme'
const root = document.documentElement

/** `theme.js` has read what was kept before anything was drawn. */
export const theme = signal<Theme>((root.dataset.theme as Theme | undefined) ?? 'system')

effect(() => {
  if (theme.value === 'system') delete root.dataset.theme
  else root.dataset.theme = theme.value
  try {
    if (theme.value === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme.value)
  } catch {
    // Without storage it holds until the page is left.
  }
})
