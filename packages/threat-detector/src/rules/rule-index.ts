import type { Event, Rule } from './rule.js'

/** Rules by what they are about, so that an event meets only those that may be. */
export class RuleIndex {
  readonly #exact = new Map<string, Rule[]>()
  readonly #below = new Map<string, Rule[]>()
  readonly #every = new Map<string, Rule[]>()

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      for (const key of rule.keys) {
        if (key === '*') add(this.#every, rule.on, rule)
        else if (key.endsWith('.*')) add(this.#below, `${rule.on} ${key.slice(0, -2)}`, rule)
        else add(this.#exact, `${rule.on} ${key}`, rule)
      }
    }
  }

  /** Whether any rule asks for this property name. */
  knowsName(name: string): boolean {
    return this.#exact.has(`name ${name}`)
  }

  *matching(event: Event): Generator<Rule> {
    for (const rule of this.#candidates(event)) {
      if (rule.except?.some((pattern) => covers(pattern, event.key))) continue
      if (rule.when === undefined || rule.when(event)) yield rule
    }
  }

  *#candidates({ on, key }: Event): Generator<Rule> {
    yield* this.#every.get(on) ?? []
    yield* this.#exact.get(`${on} ${key}`) ?? []
    // Every head of the path: `process`, `process.env`, `process.env.HOME`. Long ones are no names of ours.
    const end = Math.min(key.length, 200)
    for (let at = 0; at <= end; at++) {
      if (at < key.length && key[at] !== '.' && key[at] !== '/') continue
      const below = this.#below.get(`${on} ${key.slice(0, at)}`)
      if (below !== undefined) yield* below
    }
  }
}

function covers(pattern: string, key: string): boolean {
  if (!pattern.endsWith('.*')) return pattern === key
  const head = pattern.slice(0, -2)
  return key === head || key.startsWith(`${head}.`) || key.startsWith(`${head}/`)
}

function add(map: Map<string, Rule[]>, key: string, rule: Rule): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [rule])
  else if (!list.includes(rule)) list.push(rule)
}
