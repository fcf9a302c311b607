import { type Outcome, SandboxError } from '@beddel/core'
import type * as Otel from '@opentelemetry/api'
import type { RunEvent } from './channels.js'
import { requireNow } from './host.js'

type Api = typeof Otel

/** Where every 1.x copy of the OpenTelemetry API keeps the providers that the application registers. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1')

interface Registry {
  trace?: unknown
  metrics?: unknown
}

function registry(): Registry | undefined {
  return (globalThis as { [REGISTRY]?: Registry })[REGISTRY]
}

/** Whether an SDK is registered now. Costs one property look-up where none is. */
export function sdkIsRegistered(): boolean {
  const found = registry()
  return found !== undefined && (found.trace !== undefined || found.metrics !== undefined)
}

let api: Api | null | undefined

/** The API package, loaded when there is an SDK to talk to; `null` where it cannot be found from here. */
function loadApi(): Api | null {
  if (api === undefined) {
    try {
      api = requireNow('@opentelemetry/api') as Api
    } catch {
      api = null
    }
  }
  return api
}

const SCOPE = '@beddel/sandbox-adapter'

interface Instruments {
  of: unknown
  duration: Otel.Histogram
  memory: Otel.Histogram
  active: Otel.UpDownCounter
}
let made: Instruments | undefined

/** Instruments of the provider that is registered now: those made before it was record nothing, ever. */
function instruments({ metrics }: Api): Instruments | undefined {
  const of = registry()?.metrics
  if (of === undefined) return undefined
  if (made?.of === of) return made
  const meter = metrics.getMeter(SCOPE)
  made = {
    of,
    duration: meter.createHistogram('beddel.run.duration', { unit: 's', description: 'From admission to settlement of a run' }),
    memory: meter.createHistogram('beddel.run.memory', {
      unit: 'By',
      description: 'Memory of the guest when its run ended, where measured',
    }),
    active: meter.createUpDownCounter('beddel.run.active', { unit: '{run}', description: 'Runs that have not settled' }),
  }
  return made
}

/** One run as OpenTelemetry sees it: a span, and figures for the meters. Labels are the engine and the code only. */
export class RunTelemetry {
  readonly #span: Otel.Span | undefined
  readonly #instruments: Instruments | undefined
  readonly #startedAt = performance.now()

  private constructor(
    readonly api: Api,
    readonly event: RunEvent,
  ) {
    const attributes = { 'security.executor.type': event.engine }
    this.#span =
      registry()?.trace === undefined ? undefined : api.trace.getTracer(SCOPE).startSpan('security.isolate.execute', { attributes })
    this.#instruments = instruments(api)
    this.#instruments?.active.add(1, { 'beddel.engine': event.engine })
  }

  /** `undefined` where no SDK is registered, or the API package is not installed. */
  static start(event: RunEvent): RunTelemetry | undefined {
    if (!sdkIsRegistered()) return undefined
    const found = loadApi()
    return found === null ? undefined : new RunTelemetry(found, event)
  }

  /** Calls `fn` with the run's span as the active one. */
  inside<T>(fn: () => T): T {
    if (this.#span === undefined) return fn()
    const { context, trace } = this.api
    return context.with(trace.setSpan(context.active(), this.#span), fn)
  }

  end({ outcome, error }: RunEvent, threats: number | undefined): void {
    const code = outcome === undefined ? codeOf(error) : outcome.error?.code
    this.#endSpan(outcome, code, threats)
    const { engine } = this.event
    this.#instruments?.active.add(-1, { 'beddel.engine': engine })
    const labels = { 'beddel.engine': engine, 'beddel.outcome': code ?? 'ok' }
    const ms = outcome?.duration ?? performance.now() - this.#startedAt
    this.#instruments?.duration.record(ms / 1_000, labels)
    if (outcome?.usage.memoryBytes !== undefined) this.#instruments?.memory.record(outcome.usage.memoryBytes, labels)
  }

  #endSpan(outcome: Outcome | undefined, code: string | undefined, threats: number | undefined): void {
    const span = this.#span
    if (span === undefined) return
    span.setAttribute('security.execution.success', code === undefined)
    span.setAttribute('security.execution.duration', outcome?.duration ?? performance.now() - this.#startedAt)
    if (threats !== undefined) span.setAttribute('security.threats.count', threats)
    if (outcome !== undefined) {
      span.setAttribute('security.execution.id', outcome.executionId)
      span.setAttribute('security.code.hash', outcome.codeHash)
    }
    if (code !== undefined) {
      span.setAttribute('error.type', code)
      // Never the message: it holds what the guest wrote.
      span.setStatus({ code: this.api.SpanStatusCode.ERROR, message: code })
    }
    span.end()
  }
}

function codeOf(error: unknown): string {
  return SandboxError.isInstance(error) ? error.code : 'unknown'
}
