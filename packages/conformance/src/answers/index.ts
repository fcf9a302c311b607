import type { AnswerCase } from './answer.js'
import { endingCases } from './endings.js'
import { formCases } from './forms.js'
import { globalCases } from './globals.js'
import { sessionCases } from './sessions.js'
import { valueCases } from './values.js'

/** One table for all engines: what goes in, and what must come out. */
export const ANSWERS: readonly AnswerCase[] = [...valueCases, ...endingCases, ...formCases, ...globalCases, ...sessionCases]
