import { invalid, oneOf } from '@beddel/core'
import { codeHash } from '@beddel/core/engine'
import type { ThreatAnalysis } from './analysis.js'
import { analyzeGuest } from './analyze-guest.js'
import type { SourceAnalysis } from './analyze.js'
import { Cache } from './cache.js'
import { type CheckedOptions, checkedOptions, type DetectorOptions } from './detector-options.js'
import { RULES_VERSION } from './rules/index.js'
import { Counts, type DetectorStatistics } from './statistics.js'
import { AnalysisThread } from './thread/analysis-thread.js'

export interface AnalyzeCodeOptions {
  /** `ts`: the text without its types is analysed, which is what would run. Default `js`. */
  language?: 'js' | 'ts'
}

/** What a thread does for a caller that has other things to do. */
export interface ElsewhereOptions extends AnalyzeCodeOptions {
  /** SHA-256 of the source, where the caller has it already. */
  codeHash?: string
  /** Fires when nobody waits for the answer any more: the thread is stopped. */
  signal?: AbortSignal
}

/**
 * Says what source looks like before it runs. It is advice, for review, policy and triage: the engine isolates.
 *
 * @example
 * const detector = new SandboxThreatDetector()
 * const { score, patterns } = await detector.analyzeCode(`globalThis['ev' + 'al']('1')`)
 * // 80, [{ name: 'EVAL', line: 1, column: 1, text: 'eval', … }]
 */
export class SandboxThreatDetector implements AsyncDisposable {
  readonly #options: CheckedOptions
  readonly #cache: Cache<ThreatAnalysis>
  readonly #counts = new Counts()
  readonly #thread = new AnalysisThread()

  /** Throws `BEDDEL_INVALID_OPTION`. */
  constructor(options: DetectorOptions = {}) {
    this.#options = checkedOptions(options)
    this.#cache = new Cache(this.#options.cacheSize)
  }

  /**
   * Analyses a source on the thread of the caller, in time that grows with its length and no faster. TypeScript is the exception: a
   * hostile one can keep the stripper of types for minutes, so use {@link analyzeElsewhere} for it.
   */
  async analyzeCode(code: string, options: AnalyzeCodeOptions = {}): Promise<ThreatAnalysis> {
    const language = checked(code, options)
    const hash = codeHash(code)
    return this.known(hash, language) ?? this.#keep(await analyzeGuest(code, language, this.#options), hash, language)
  }

  /** As {@link analyzeCode}, in a thread that the detector has for that. Node only. */
  async analyzeElsewhere(code: string, options: ElsewhereOptions = {}): Promise<ThreatAnalysis> {
    const language = checked(code, options)
    const hash = options.codeHash ?? codeHash(code)
    const known = this.known(hash, language)
    if (known !== undefined) return known
    return this.#keep(await this.#thread.analyze(code, language, this.#options, options.signal), hash, language)
  }

  /**
   * As {@link analyzeElsewhere} for a caller who cannot wait for a promise: his thread stands still meanwhile. `undefined` where
   * `timeoutMs` is up first.
   */
  analyzeElsewhereNow(code: string, timeoutMs: number, options: Omit<ElsewhereOptions, 'signal'> = {}): ThreatAnalysis | undefined {
    const language = checked(code, options)
    const hash = options.codeHash ?? codeHash(code)
    const known = this.known(hash, language)
    if (known !== undefined) return known
    const analysis = this.#thread.analyzeNow(code, language, this.#options, timeoutMs)
    return analysis === undefined ? undefined : this.#keep(analysis, hash, language)
  }

  /** What this detector has done so far. */
  getStatistics(): DetectorStatistics {
    return this.#counts.statistics(this.#cache.size)
  }

  /** Forgets the answers that are kept. */
  clearCache(): void {
    this.#cache.clear()
  }

  /** Ends the thread, where there is one. The detector can be used again. */
  dispose(): Promise<void> {
    return this.#thread.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  /** The answer that is kept for this source. */
  protected known(hash: string, language: string): ThreatAnalysis | undefined {
    const known = this.#cache.get(keyOf(hash, language))
    if (known !== undefined) this.#counts.add(known, true)
    return known
  }

  #keep(analysis: SourceAnalysis, hash: string, language: string): ThreatAnalysis {
    const whole: ThreatAnalysis = frozen({ ...analysis, codeHash: hash })
    // What was lost may do better another time.
    if (whole.problem?.code !== 'LOST') this.#cache.set(keyOf(hash, language), whole)
    this.#counts.add(whole, false)
    return whole
  }
}

const keyOf = (hash: string, language: string): string => `${hash} ${language} ${RULES_VERSION}`

function checked(code: unknown, { language }: AnalyzeCodeOptions): 'js' | 'ts' {
  if (typeof code !== 'string') throw invalid('code', 'must be a string', code)
  return oneOf('language', language, ['js', 'ts']) ?? 'js'
}

/** An answer is given to many: nobody changes it for the others. */
function frozen<T extends object>(value: T): T {
  for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) frozen(each as object)
  return Object.freeze(value)
}
