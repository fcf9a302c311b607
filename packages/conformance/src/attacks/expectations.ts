import type { ErrorCode, Outcome } from '@beddel/core'
import { same } from '../compare/same.js'
import { show } from '../compare/show.js'
import type { Expectation } from './attack.js'

export function ending(outcome: Outcome): string {
  return outcome.success ? `the value ${show(outcome.result)}` : `${outcome.error.code} (${outcome.error.message.slice(0, 160)})`
}

/** The run must end in one of these codes. */
export function code(...allowed: ErrorCode[]): Expectation {
  return (outcome) =>
    !outcome.success && allowed.includes(outcome.error.code) ? undefined : `ended in ${ending(outcome)}, not in ${allowed.join(' or ')}`
}

/** The run must end in exactly this value. */
export function value(expected: unknown): Expectation {
  return (outcome) =>
    outcome.success && same(outcome.result, expected) ? undefined : `ended in ${ending(outcome)}, not in the value ${show(expected)}`
}

/** The guest must be said to have thrown, under this name where one is given. */
export function thrown(name?: string): Expectation {
  return (outcome) => {
    const wrong = code('BEDDEL_GUEST_THROWN')(outcome)
    if (wrong !== undefined || name === undefined) return wrong
    const { guest } = (outcome as Outcome & { success: false }).error
    return guest?.name === name ? undefined : `guest.name is ${show(guest?.name)}, not ${show(name)}`
  }
}

/** All of several expectations must hold. */
export function every(...all: Expectation[]): Expectation {
  return (outcome) => {
    for (const expects of all) {
      const wrong = expects(outcome)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

/** A figure of the outcome must be at most this. */
export function atMost(max: number, what: string, of: (outcome: Outcome) => number): Expectation {
  return (outcome) => (of(outcome) <= max ? undefined : `${what} is ${of(outcome)}, more than ${max}`)
}
