import { hostileTexts, roundTrips, throughGuests } from './codec.ts'
import { optionObjects } from './options.ts'
import { hostileChild } from './protocol.ts'
import { sourceForms } from './source-forms.ts'
import type { Target } from './target.ts'

export const TARGETS: readonly Target[] = [roundTrips, hostileTexts, throughGuests, hostileChild, optionObjects, sourceForms]
