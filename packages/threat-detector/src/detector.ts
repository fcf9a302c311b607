import { invalid, oneOf, unsupported } from '@beddel/core'
import { codeHash } from '@beddel/core/engine'
import type { ThreatAnalysis } from './analysis.js'
import { analyzeGuest } from './analyze-guest.js'
import type { SourceAnalysis } from './analyze.js'
import { Cache } from './cache.js'
import { type CheckedOptions, checkedOptions, type DetectorOptions } from './detector-options.js'
import { RULES_VERSION } from './rules/index.js'
import { type GivenSignature, SignatureCheck } from './signature-check.js'
import { Counts, type DetectorStatistics } from './statistics.js'
import { AnalysisThread } from './thread/analysis-thread.js'

export interface AnalyzeCodeOptions extends GivenSignature {
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
  readonly #signatures: SignatureCheck
  readonly #thread = new AnalysisThread()

  /** Throws `BEDDEL_INVALID_OPTION`. */
  constructor(options: DetectorOptions = {}) {
    this.#options = checkedOptions(options)
    this.#cache = new Cache(this.#options.cacheSize)
    this.#signatures = new SignatureCheck(options.trustedSigners)
  }

  /**
   * Analyses a source on the thread of the caller, in time that grows with its length and no faster. TypeScript is the exception: a
   * hostile one can keep the stripper of types for minutes, so use {@link analyzeElsewhere} for it.
   */
  async analyzeCode(code: string, options: AnalyzeCodeOptions = {}): Promise<ThreatAnalysis> {
    const asked = checked(code, options)
    const known = this.#known(asked)
    const analysis = known ?? this.#keep(await analyzeGuest(code, asked.language, this.#options), asked)
    return this.#signed(analysis, known !== undefined, asked)
  }

  /** As {@link analyzeCode}, in a thread that the detector has for that. Node only. */
  async analyzeElsewhere(code: string, options: ElsewhereOptions = {}): Promise<ThreatAnalysis> {
    const asked = checked(code, options)
    const known = this.#known(asked)
    const analysis = known ?? this.#keep(await this.#thread.analyze(code, asked.language, this.#options, options.signal), asked)
    return this.#signed(analysis, known !== undefined, asked)
  }

  /**
   * As {@link analyzeElsewhere} for a caller who cannot wait for a promise: his thread stands still meanwhile. `undefined` where
   * `timeoutMs` is up first. Signatures are checked by promises only, so a detector with `enableCodeSigning` throws
   * `BEDDEL_OPTION_UNSUPPORTED` here.
   */
  analyzeElsewhereNow(
    code: string,
    timeoutMs: number,
    options: Pick<ElsewhereOptions, 'language' | 'codeHash'> = {},
  ): ThreatAnalysis | undefined {
    if (this.#options.enableCodeSigning)
      throw unsupported('enableCodeSigning', 'cannot be honoured here: signatures are checked by promises.')
    const asked = checked(code, options)
    const known = this.#known(asked)
    const analysis = known ?? this.#thread.analyzeNow(code, asked.language, this.#options, timeoutMs)
    if (analysis === undefined) return undefined
    const whole = known ?? this.#keep(analysis, asked)
    this.#counts.add(whole, known !== undefined)
    return whole
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

  #known({ hash, signer, language }: Asked): ThreatAnalysis | undefined {
    return this.#cache.get(`${hash} ${signer} ${language} ${RULES_VERSION}`)
  }

  #keep(analysis: SourceAnalysis, { hash, signer, language }: Asked): ThreatAnalysis {
    const whole: ThreatAnalysis = frozen({ ...analysis, codeHash: hash })
    // What was lost may do better another time.
    if (whole.problem?.code !== 'LOST') this.#cache.set(`${hash} ${signer} ${language} ${RULES_VERSION}`, whole)
    return whole
  }

  /** With what is to be said of the signature, which is found out each time: it may have expired, or its signer been revoked. */
  #signed(analysis: ThreatAnalysis, cached: boolean, asked: Asked): ThreatAnalysis | Promise<ThreatAnalysis> {
    const { signature, code } = asked
    const { enableCodeSigning } = this.#options
    if (signature === undefined && !enableCodeSigning) {
      this.#counts.add(analysis, cached)
      return analysis
    }
    return this.#signatures.of(code, asked).then(({ valid, trusted }) => {
      const wanting = enableCodeSigning && !trusted
      const signed: ThreatAnalysis = Object.freeze({
        ...analysis,
        signatureValid: valid,
        ...(wanting && { blocked: true, blockedBy: analysis.blockedBy ?? ('signature' as const) }),
      })
      this.#counts.add(signed, cached)
      return signed
    })
  }
}

interface Asked extends GivenSignature {
  code: string
  language: 'js' | 'ts'
  hash: string
  /** The key that is said to have signed. */
  signer: string
}

function checked(code: unknown, { language, signature, publicKey, codeHash: hash }: ElsewhereOptions): Asked {
  if (typeof code !== 'string') throw invalid('code', 'must be a string', code)
  return {
    code,
    language: oneOf('language', language, ['js', 'ts']) ?? 'js',
    hash: hash ?? codeHash(code),
    signer: typeof signature?.keyId === 'string' ? signature.keyId : '',
    signature,
    publicKey,
  }
}

/** An answer is given to many: nobody changes it for the others. */
function frozen<T extends object>(value: T): T {
  for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) frozen(each as object)
  return Object.freeze(value)
}
