import type { AuditSubject, Outcome, Session, SessionOptions, SessionRequest } from '@beddel/core'
import { type AdapterSession, SESSION_REQUEST_KEYS, type SessionRunOptions } from './adapter-options.js'
import { withSubject } from './audit-subject.js'
import { lifted } from './flat-limits.js'
import type { About, RunGate } from './run-gate.js'

type Call = { name: string; args: readonly unknown[] }

/** A session whose calls go through the gate. */
export class GatedSession implements AdapterSession {
  readonly id: string
  readonly runSync?: AdapterSession['runSync']
  readonly callSync?: AdapterSession['callSync']
  readonly #about: About

  constructor(
    readonly session: Session,
    { tenant, language, filename }: SessionOptions,
    readonly gate: RunGate,
  ) {
    this.id = session.id
    this.#about = { tenant, language, filename }
    if (session.runSync !== undefined) this.runSync = (source, given) => this.#runSync(source, given) as never
    if (session.callSync !== undefined) this.callSync = (name, args, given) => this.#callSync(name, args, given) as never
  }

  run<T = unknown>(source: string, given?: SessionRunOptions): Promise<Outcome<T>> {
    return this.#later(source, given, (request) => this.session.run<T>(source, request))
  }

  call<T = unknown>(name: string, args?: readonly unknown[], given?: SessionRunOptions): Promise<Outcome<T>> {
    return this.#later(undefined, given, (request) => this.session.call<T>(name, args, request), { name, args: args ?? [] })
  }

  dispose(): Promise<void> {
    return this.session.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  async #later<T>(
    source: string | undefined,
    given: SessionRunOptions = {},
    go: (request: SessionRequest) => Promise<Outcome<T>>,
    call?: Call,
  ): Promise<Outcome<T>> {
    const [request, subject] = withSubject<SessionRequest>(lifted(given, SESSION_REQUEST_KEYS, 'session request'), this.gate.defaults.audit)
    return this.gate.open ? go(request) : this.gate.pass(this.#passage(source, request, subject, call), go)
  }

  #runSync(source: string, given?: SessionRunOptions): Outcome {
    const session = this.session as Required<Session>
    return this.#now(source, given, (request) => session.runSync(source, request))
  }

  #callSync(name: string, args?: readonly unknown[], given?: SessionRunOptions): Outcome {
    const session = this.session as Required<Session>
    return this.#now(undefined, given, (request) => session.callSync(name, args, request), { name, args: args ?? [] })
  }

  #now(source: string | undefined, given: SessionRunOptions = {}, go: (request: SessionRequest) => Outcome, call?: Call): Outcome {
    const [request, subject] = withSubject<SessionRequest>(lifted(given, SESSION_REQUEST_KEYS, 'session request'), this.gate.defaults.audit)
    return this.gate.open ? go(request) : this.gate.passNow(this.#passage(source, request, subject, call), go)
  }

  #passage(source: string | undefined, request: SessionRequest, subject: AuditSubject | undefined, call: Call | undefined) {
    return { kind: 'session' as const, source, about: this.#about, request, subject, call }
  }
}
