import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { CancelReason } from '@beddel/core/engine'
import { type Death, type KillReason, makeMark } from './death.js'
import type { Entry } from './entry.js'
import { endingOf, toMicroseconds } from '@beddel/core/engine'
import { encodeFrame, type Frame, FrameReader, FROM_CHILD, TO_CHILD, WIRE_VERSION } from './frames.js'
import { steadyHead, withoutSteady } from './steady-head.js'
import { launch, type LaunchOptions } from './launch.js'

const STDERR_TAIL = 4_096
/** How long a child may take to start, in milliseconds. */
const START_TIMEOUT_MS = 15_000

export interface ChildEvents {
  ready(child: Child): void
  /** A run of the child moved on or ended: it may be free now. */
  changed(child: Child): void
  /** Called once. `entries` are the runs that were in it. */
  died(child: Child, death: Death, entries: Entry[]): void
}

/** One supervised child: its pipes, its runs, and the only place that kills it. */
export class Child {
  ready = false
  dead = false
  /** The tenant it belongs to, from its first run on. */
  tenant: string | undefined
  /** Sessions that live in it. */
  sessions = 0
  lastUsed = performance.now()
  version: string | undefined
  readonly entries = new Map<number, Entry>()
  readonly programs = new Set<string>()
  /** Runs that were taken back before they started; the child may not have heard of it yet. */
  readonly #withdrawn = new Set<number>()
  readonly #process: ChildProcess
  readonly #reader = new FrameReader((frame) => this.#frame(frame))
  #stderr = ''
  readonly #mark = makeMark()
  #corked = false
  #killed: KillReason | undefined
  #lastId = 0
  readonly #startTimer: ReturnType<typeof setTimeout>

  constructor(
    options: LaunchOptions,
    readonly events: ChildEvents,
  ) {
    const child = launch(options, this.#mark)
    this.#process = child
    this.#startTimer = setTimeout(() => this.kill('protocol'), START_TIMEOUT_MS)
    child.stdout?.on('data', (chunk: Buffer) => this.#bytes(chunk))
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-STDERR_TAIL)
    })
    // A child that dies between two writes is seen by its end, not by EPIPE.
    for (const stream of child.stdio) stream?.on('error', () => {})
    child.on('error', (error) => this.#end(null, null, String(error)))
    child.on('exit', (code, signal) => {
      // stderr may still hold what tells memory from a crash; the pipes close within a moment.
      setTimeout(() => this.#end(code, signal), 50)
    })
    child.on('close', (code, signal) => this.#end(code, signal))
    this.#keepHostAlive(false)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get idle(): boolean {
    return this.ready && !this.dead && this.entries.size === 0
  }

  /** Whether a guest may be on its processor now. */
  get executing(): boolean {
    for (const entry of this.entries.values()) if (entry.state !== 'parked') return true
    return false
  }

  send(entry: Entry): void {
    const { spec, deadline } = entry.job
    const id = ++this.#lastId
    this.tenant = entry.tenant
    this.lastUsed = performance.now()
    entry.id = id
    entry.child = this
    entry.state = 'sent'
    entry.entries = 1
    this.entries.set(id, entry)
    if (this.entries.size === 1) this.#keepHostAlive(true)
    this.#reader.maxBytes = Math.max(this.#reader.maxBytes, 3 * Math.max(spec.resultBytes, spec.logBytes) + 65_536)
    const known = spec.program !== undefined && this.programs.has(spec.program)
    if (spec.program !== undefined && !known) {
      this.programs.add(spec.program)
      this.write(TO_CHILD.PROGRAM, 0, spec.program, spec.source)
    }
    const { source, input, globals, ...head } = spec
    head.timeoutMs = Math.max(0, toMicroseconds(deadline - performance.now()))
    const { pin } = entry
    const said = pin?.first === undefined ? head : withoutSteady(head, pin.first)
    if (pin !== undefined) pin.first ??= steadyHead(head)
    this.write(TO_CHILD.RUN, id, JSON.stringify(said), spec.program === undefined ? source : '', input, globals)
  }

  /** Takes back a run that waits behind another one in the pipe; `false` where it may be starting by now. */
  withdraw(entry: Entry): boolean {
    const [first] = this.entries.values()
    if (first === entry) return false
    this.entries.delete(entry.id)
    this.#withdrawn.add(entry.id)
    this.write(TO_CHILD.CANCEL, entry.id, 'abort')
    return true
  }

  /** Brings a parked run back. */
  enter(entry: Entry, type: number, ...parts: string[]): void {
    if (this.entries.get(entry.id) !== entry) return
    entry.entries++
    entry.state = 'started'
    this.write(type, entry.id, ...parts)
  }

  /** Cancels a parked run; `true` where another one executes there, and nobody waits for this one's own ending. */
  leaveBehind(entry: Entry, reason: CancelReason): boolean {
    this.write(TO_CHILD.CANCEL, entry.id, reason)
    // Later calls of its own session wait for it, and execute nothing.
    const others = [...this.entries.values()].filter(({ pin, state }) => state !== 'parked' && (pin === undefined || pin !== entry.pin))
    if (others.length === 0) return false
    this.entries.delete(entry.id)
    this.#withdrawn.add(entry.id)
    return true
  }

  write(type: number, id: number, ...parts: string[]): void {
    const { stdin } = this.#process
    if (this.dead || stdin === null) return
    if (!this.#corked) {
      // What is sent in one go is written in one go.
      this.#corked = true
      stdin.cork()
      process.nextTick(() => {
        this.#corked = false
        stdin.uncork()
      })
    }
    stdin.write(encodeFrame(type, id, parts))
  }

  /** Ends the child at once, and its runs with it. */
  kill(reason: KillReason): void {
    if (this.dead) return
    this.#killed = reason
    this.#process.kill('SIGKILL')
    this.#end(null, 'SIGKILL')
  }

  #bytes(chunk: Buffer): void {
    if (this.dead) return
    try {
      this.#reader.push(chunk)
    } catch {
      // Whatever went wrong, it was the child's bytes: it cannot be believed any more.
      this.kill('protocol')
    }
  }

  #frame({ type, id, parts }: Frame): void {
    if (this.dead) return
    if (type === FROM_CHILD.READY) {
      const hello = JSON.parse(parts[0] as string) as { wire: unknown; version?: unknown }
      if (this.ready || hello.wire !== WIRE_VERSION) throw new Error('a second or wrong greeting')
      if (typeof hello.version === 'string') this.version = hello.version
      this.ready = true
      clearTimeout(this.#startTimer)
      this.events.ready(this)
      return
    }
    const entry = this.entries.get(id)
    if (entry === undefined && this.#withdrawn.has(id)) {
      // It ends without having started, or the child had begun with it before it heard: then nothing of it may go on.
      if (type !== FROM_CHILD.ENDED) return this.kill('abort')
      this.#withdrawn.delete(id)
      return
    }
    if (entry === undefined) throw new Error('a frame for no run')
    const { events } = entry.job
    if (entry.pin !== undefined && entry.state === 'sent' && type !== FROM_CHILD.ENDED) {
      entry.state = 'started'
      events.started()
    }
    switch (type) {
      case FROM_CHILD.STARTED:
        if (entry.state !== 'sent') throw new Error('started twice')
        entry.state = 'started'
        return events.started()
      case FROM_CHILD.CALL:
        return believe(events.call(whole(parts[0]), text(parts[1]), text(parts[2])))
      case FROM_CHILD.CALL_SYNC: {
        const answer = events.callSync(text(parts[0]), text(parts[1]))
        believe(answer !== '')
        return this.write(TO_CHILD.SYNC_REPLY, id, answer)
      }
      case FROM_CHILD.LOG:
        return believe(events.log(text(parts[0]), text(parts[1]), parts[2] === '1'))
      case FROM_CHILD.PARKED: {
        if (entry.state === 'sent') throw new Error('parked before it started')
        const wake = text(parts[0])
        if (--entry.entries === 0) entry.state = 'parked'
        believe(events.parked(wake === '' ? undefined : Number(wake)))
        return this.events.changed(this)
      }
      case FROM_CHILD.ENDED: {
        const ending = endingOf(text(parts[0]), text(parts[1]))
        const began = !(ending.kind === 'fault' && ending.started === false)
        if (entry.pin !== undefined && entry.state === 'sent' && began) events.started()
        this.#over(id, entry)
        events.ended(ending)
        return this.events.changed(this)
      }
      default:
        throw new Error('an unknown frame')
    }
  }

  #over(id: number, entry: Entry): void {
    entry.state = 'over'
    this.entries.delete(id)
    this.lastUsed = performance.now()
    if (this.entries.size === 0) this.#keepHostAlive(false)
  }

  #end(code: number | null, signal: string | null, why = ''): void {
    if (this.dead) return
    this.dead = true
    clearTimeout(this.#startTimer)
    for (const stream of this.#process.stdio) stream?.destroy()
    const entries = [...this.entries.values()]
    this.entries.clear()
    this.events.died(this, { killed: this.#killed, signal, exitCode: code, stderr: this.#stderr + why, mark: this.#mark }, entries)
  }

  /** An idle child does not keep its host from ending; a run does. */
  #keepHostAlive(yes: boolean): void {
    const child = this.#process
    const verb = yes ? 'ref' : 'unref'
    child[verb]()
    for (const stream of child.stdio) (stream as Socket | null)?.[verb]?.()
  }
}

function believe(plausible: boolean): void {
  if (!plausible) throw new Error('what no guest runtime of ours says')
}

function text(part: string | undefined): string {
  if (part === undefined) throw new Error('a missing part')
  return part
}

function whole(part: string | number | undefined): number {
  const n = Number(part)
  if (!Number.isSafeInteger(n) || n < 0) throw new Error('no number')
  return n
}
