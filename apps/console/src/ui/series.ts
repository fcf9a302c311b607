import { computed } from '@preact/signals'
import { past } from '../state.ts'

const COLORS = 6

/** Engines that have run, in the order in which they were first seen. */
export const enginesSeen = computed(() => [...new Set(past.value.map(({ engine }) => engine))])

export const seriesColor = (index: number): string => `var(--series-${(index % COLORS) + 1})`
