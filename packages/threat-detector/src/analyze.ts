import type { AnalysisProblem, ThreatAnalysis } from './analysis.js'
import { Examiner } from './examine.js'
import { type Behavior, BehaviorCount, behaviorScore } from './figures/behavior.js'
import { ComplexityCount, complexityScore } from './figures/complexity.js'
import { Findings } from './findings.js'
import { textOf } from './fold/values.js'
import { parseGuest } from './parse-guest.js'
import { RULES, RULES_VERSION } from './rules/index.js'
import type { Event, Rule } from './rules/rule.js'
import { RuleIndex } from './rules/rule-index.js'
import { scoreOf } from './score.js'
import type { Program } from './tree/node.js'
import { surveyOf } from './tree/survey.js'
import { severityOf } from './weights.js'
import { Work, WorkLimit } from './work.js'

export interface AnalyzeOptions {
  /** The score from which a source is blocked. */
  blockThreshold: number
  /** Ids of rules that do not count. */
  ignore: readonly string[]
  /** In UTF-16 units; what is longer is not parsed. */
  maxLength: number
}

/** An analysis of a source, without what the text alone does not tell. */
export type SourceAnalysis = Omit<ThreatAnalysis, 'codeHash' | 'signatureValid'>

/** Text that the source runs as code. */
interface Nested {
  text: string
  place: { start: number; end: number }
  inside: number
}

/** So many texts within texts are followed, and so many in all. */
const MAX_INSIDE = 3
const MAX_NESTED = 50

/** Analyses JavaScript. Time and memory grow with its length and no faster, whatever it says. */
export function analyzeSource(source: string, options: AnalyzeOptions): SourceAnalysis {
  const startedAt = performance.now()
  const analysis = new Analysis(source, options)
  analysis.run()
  return analysis.result(performance.now() - startedAt)
}

class Analysis {
  readonly #findings = new Findings()
  readonly #index: RuleIndex
  readonly #work: Work
  readonly #complexity = new ComplexityCount()
  readonly #behavior = new BehaviorCount()
  #nested: Nested[] = []
  #nestedLength = 0
  #nodes = 0
  #depth = 0
  #problem: AnalysisProblem | undefined

  constructor(
    readonly source: string,
    readonly options: AnalyzeOptions,
  ) {
    this.#work = new Work(source.length)
    this.#index = indexOf(options.ignore)
  }

  run(): void {
    const { source, options } = this
    if (source.length > options.maxLength) {
      this.#problem = { code: 'TOO_LONG', message: `The source has ${source.length} characters; ${options.maxLength} are looked at.` }
      return
    }
    const parsed = parseGuest(source)
    if (!Array.isArray(parsed)) {
      const { message, line, column, tooDeep } = parsed
      this.#problem = { code: tooDeep ? 'TOO_DEEP' : 'PARSE_ERROR', message, line, column }
      return
    }
    try {
      parsed.forEach(({ program }, i) => this.#look(program, undefined, i === 0))
      this.#lookInside()
    } catch (error) {
      if (!(error instanceof WorkLimit)) throw error
      this.#problem = { code: 'WORK_LIMIT', message: `${error.message}.` }
    }
  }

  result(durationMs: number): SourceAnalysis {
    const { blockThreshold } = this.options
    const complexity = {
      cyclomatic: this.#complexity.cyclomatic,
      depth: this.#depth,
      functions: this.#complexity.functions,
      lines: linesOf(this.source),
      length: this.source.length,
      nodes: this.#nodes,
    }
    const behavior: Behavior = this.#behavior.figures(this.source)
    const score = scoreOf(this.#findings.weights)
    const problem = this.#problem
    const blockedBy = problem ? 'problem' : score >= blockThreshold ? 'score' : undefined
    return {
      score,
      severity: problem && score < 90 ? 'high' : severityOf(score),
      blocked: blockedBy !== undefined,
      ...(blockedBy && { blockedBy }),
      blockThreshold,
      patterns: this.#findings.list(this.source),
      findingCount: this.#findings.count,
      ...(problem && { problem }),
      complexityScore: complexityScore(complexity),
      complexity,
      behaviorScore: behaviorScore(behavior),
      behavior,
      rulesVersion: RULES_VERSION,
      durationMs,
    }
  }

  /** `counts`: this is the reading of the source that the figures are about. */
  #look(program: Program, nested: Nested | undefined, counts: boolean): void {
    const survey = surveyOf(program, this.#work, (node) => {
      if (!counts) return
      this.#complexity.see(node)
      this.#behavior.see(node)
    })
    if (counts) {
      this.#nodes = survey.nodes
      this.#depth = survey.depth
    }
    const inside = nested === undefined ? 0 : nested.inside
    const examiner = new Examiner(this.#work, this.#index, (event) => {
      for (const rule of this.#index.matching(event)) {
        const { start, end } = nested?.place ?? event.node
        this.#findings.add(rule, event, { start, end }, inside)
        this.#noteText(rule, event, { start, end }, inside)
      }
    })
    examiner.all(survey)
  }

  #noteText({ family }: Rule, { on, args }: Event, place: Nested['place'], inside: number): void {
    const runs = family?.[1] === 'dynamic-code' || family?.[1] === 'constructor-chain'
    if (!runs || (on !== 'call' && on !== 'make' && on !== 'method') || inside >= MAX_INSIDE || this.#nested.length >= MAX_NESTED) return
    const text = textOf(args.at(-1)) ?? textOf(args[0])
    if (text === undefined || text.length < 4) return
    this.#nestedLength += text.length
    if (this.#nestedLength <= this.source.length + 10_000) this.#nested.push({ text, place, inside: inside + 1 })
  }

  #lookInside(): void {
    for (let i = 0; i < this.#nested.length; i++) {
      const nested = this.#nested[i] as Nested
      const parsed = parseGuest(nested.text)
      if (Array.isArray(parsed)) for (const { program } of parsed) this.#look(program, nested, false)
    }
  }
}

const ALL = new RuleIndex(RULES)

const indexOf = (ignore: readonly string[]): RuleIndex =>
  ignore.length === 0 ? ALL : new RuleIndex(RULES.filter(({ id }) => !ignore.includes(id)))

function linesOf(source: string): number {
  let lines = 1
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lines++
  return lines
}
