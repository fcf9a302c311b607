import type { FamilyPattern, Family, Event, Rule } from './rules/rule.js'
import { type PatternName, PATTERN_WEIGHTS, type Severity, severityOf } from './weights.js'
import { textOf } from './fold/values.js'

/** One thing that a rule found. */
export interface Finding {
  /** Which of the 12 scored patterns. */
  name: PatternName
  /** The rule's id. */
  rule: string
  /** Its place among the 13 patterns in five families; absent for what is in none of them. */
  family?: Family
  familyPattern?: FamilyPattern
  severity: Severity
  /** What it weighs, 0 to 100: as its pattern, or less where the rule says so. */
  score: number
  /** 1-based, columns in UTF-16 units. */
  line: number
  column: number
  endLine: number
  /** The first column behind it. */
  endColumn: number
  /** Offsets in the source. */
  start: number
  end: number
  /** One sentence. */
  reason: string
  /** What it came to after folding: a path, a name, a text. At most 200 characters. */
  text: string
  /** It stands in text that the source would run as code: that many texts deep. */
  inside?: number
}

/** So many are kept; all are counted. */
export const MAX_FINDINGS = 200
const MAX_TEXT = 200

/** Collects findings: one for each pattern and place, the heaviest. */
export class Findings {
  readonly #kept = new Map<string, Finding>()
  readonly #seen = new Set<string>()
  /** None that is kept is known to weigh less. */
  #lightest = 0
  readonly weights = new Map<PatternName, number>()

  /** All, those that are not kept too. */
  get count(): number {
    return this.#seen.size
  }

  add(rule: Rule, event: Event, place: { start: number; end: number }, inside: number): void {
    const score = rule.weight ?? PATTERN_WEIGHTS[rule.pattern]
    if ((this.weights.get(rule.pattern) ?? 0) < score) this.weights.set(rule.pattern, score)
    const id = `${rule.pattern} ${place.start} ${inside > 0 ? `${rule.id} ${event.key}` : ''}`
    this.#seen.add(id)
    const known = this.#kept.get(id)
    const text = convincing(event)
    // Of two that weigh the same the one that says more: a call rather than the name that it is called by.
    const lighter = known !== undefined && (known.score > score || (known.score === score && known.text.length >= text.length))
    if (lighter || (known === undefined && this.#kept.size >= MAX_FINDINGS && !this.#makeRoom(score))) return
    this.#kept.set(id, {
      name: rule.pattern,
      rule: rule.id,
      ...(rule.family && { family: rule.family[0], familyPattern: rule.family[1] }),
      severity: severityOf(score),
      score,
      line: 0,
      column: 0,
      endLine: 0,
      endColumn: 0,
      start: place.start,
      end: place.end,
      reason: rule.reason.replace('{key}', shortened(event.key) || 'of a name that cannot be told'),
      text,
      ...(inside > 0 && { inside }),
    })
  }

  /** Lets a lighter one go, once in a while: 10,000 of little weight must not hide the one that matters. */
  #makeRoom(score: number): boolean {
    if (score <= this.#lightest) return false
    for (const [id, finding] of this.#kept) {
      if (finding.score >= score) continue
      this.#kept.delete(id)
      return true
    }
    this.#lightest = score
    return false
  }

  /** By place, with lines and columns. */
  list(source: string): Finding[] {
    const places = new Places(source)
    const all = [...this.#kept.values()].sort((a, b) => a.start - b.start || b.score - a.score)
    for (const finding of all) {
      ;[finding.line, finding.column] = places.of(finding.start)
      ;[finding.endLine, finding.endColumn] = places.of(finding.end)
    }
    return all
  }
}

function convincing({ on, key, args, text }: Event): string {
  const given = text ?? textOf(args.find((arg) => arg?.k === 'str'))
  const what = on === 'make' ? 'Function' : on === 'dynamic' ? 'globalThis[…]' : key.replace(/[:=]$/, '')
  if (on === 'text' || on === 'loop') return shortened(text ?? '')
  return shortened(
    (on === 'call' || on === 'method' || on === 'make') && given !== undefined ? `${what}(${JSON.stringify(shortened(given))})` : what,
  )
}

const shortened = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text)

/** Lines and columns of offsets. */
class Places {
  readonly #starts = [0]

  constructor(source: string) {
    const ends = /\r\n|[\n\r\u2028\u2029]/g
    while (ends.exec(source) !== null) this.#starts.push(ends.lastIndex)
  }

  of(offset: number): [line: number, column: number] {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] as number) <= offset) low = middle
      else high = middle
    }
    return [low + 1, offset - (this.#starts[low] as number) + 1]
  }
}
