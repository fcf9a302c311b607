import { batch, computed, signal } from '@preact/signals'
import { EXAMPLES, type Example, FIRST } from './examples.ts'
import { limitTexts, readLimits } from './limit-fields.ts'
import { PLACES } from './places.ts'
import type { Ending, Line } from './runner.ts'
import type { Draft } from './share.ts'

/** What the reader has written. The editors and fields show these and write to them. */
export const code = signal('')
export const input = signal('')
export const language = signal<Draft['language']>('js')
export const web = signal(false)
const AUTOMATIC = PLACES[0]?.id ?? ''
/** A place's id, for its automatic choice, or `place:engine`. */
export const engine = signal(AUTOMATIC)
/** The engine is one that a link names, and nobody here has chosen it. */
export const engineFromLink = signal(false)
export const limits = signal<Record<string, string>>({})

export const stated = computed(() => readLimits(limits.value))

/** A word to the reader that is about no run: a link that could not be read, a copied link. */
export const notice = signal('')

/** The run that is shown. */
export interface Shown {
  /** Counts from 1. */
  number: number
  /** What ran. */
  code: string
  lines: readonly Line[]
  /** Lines that are not kept any more. */
  dropped: number
  ending: Ending | undefined
  /** Where no engine could even be reached. */
  problem: string | undefined
}

export const shown = signal<Shown | undefined>(undefined)
/** How many runs are left of those that were asked for; 0: nothing runs. */
export const running = signal(0)

/** A run that has ended, for the chart. */
export interface Past {
  number: number
  engine: string
  durationMs: number
  guestMs: number | undefined
  /** `ok`, or the error's code. */
  ended: string
}
export const past = signal<readonly Past[]>([])

export function open({ code: text, input: given, language: written, limits: stated }: Example): void {
  code.value = text
  input.value = given
  language.value = written
  limits.value = limitTexts(stated)
}

export function setDraft(draft: Draft): void {
  batch(() => {
    code.value = draft.code
    input.value = draft.input
    language.value = draft.language
    web.value = draft.web
    limits.value = draft.limits
    if (isChoice(draft.engine)) {
      engine.value = draft.engine
      engineFromLink.value = true
    } else {
      // What its reader chose before was for other code.
      choose(AUTOMATIC)
      notice.value += ` It names "${draft.engine}", which cannot be chosen here: the choice is automatic now.`
    }
  })
}

/** Whether it names a place here, and an engine or none; which engines a place has, that place says. */
function isChoice(named: string): boolean {
  const [place, name, ...more] = named.split(':')
  return PLACES.some(({ id }) => id === place) && name !== '' && more.length === 0
}

/** The reader's own choice. */
export function choose(chosen: string): void {
  engine.value = chosen
  engineFromLink.value = false
}

export const getDraft = (): Draft => ({
  code: code.value,
  input: input.value,
  language: language.value,
  web: web.value,
  engine: engine.value,
  limits: limits.value,
})

/** The example whose code is in the editor, as it was. */
export const openExample = computed(() => EXAMPLES.find((example) => example.code === code.value))

open(FIRST)
