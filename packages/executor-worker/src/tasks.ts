import {
  type Cell,
  cellOptions,
  CellRun,
  type CellFactory,
  type Ending,
  notStarted,
  type Prepared,
  type RunEvents,
  type RunSpec,
  type SourceTools,
} from '@beddel/core/engine'
import type { FromCell, ToCell } from './messages.js'

/** Programs whose form is remembered in one process. */
const MAX_PROGRAMS = 100
/** Characters of an ending's text in one message. */
const PART = 131_072

/** The way of a task to its host. */
export interface Link {
  send(message: FromCell): void
  /** Answers '1' + encoded value or '0' + encoded error; only where the engine declares synchronous host calls. */
  callSync?(name: string, args: string): string
}

/** The runs of one process or thread, one at a time. It belongs to one tenant; the host sees to that. */
export class Tasks {
  readonly #sessions = new Map<string, Cell>()
  readonly #programs = new Map<string, { value?: Prepared }>()
  #current: CellRun | undefined
  #watched: string | undefined

  constructor(
    readonly factory: CellFactory,
    readonly tools: () => SourceTools,
    readonly watch: (memoryBytes: number) => void,
    readonly rest: () => void,
  ) {}

  /** Resolves when the run is over and its ending is on its way. */
  run(spec: RunSpec, link: Link): Promise<void> {
    this.#watchFor(spec)
    return new Promise((resolve) => {
      let cell: Cell
      const prepared = spec.program === undefined ? undefined : this.#program(spec.program)
      let reusable = true
      const ended = (ending: Ending): void => {
        const { text, ...rest } = { text: '', ...ending }
        // Once its host knows, what is left of its memory is not the next run's.
        if (spec.session === undefined) this.rest()
        let at = 0
        for (; text.length - at > PART; at += PART) link.send(['part', text.slice(at, at + PART)])
        link.send(['ended', JSON.stringify(rest), text.slice(at), reusable ? 1 : 0])
        resolve()
      }
      try {
        cell = this.#cell(spec)
      } catch (error) {
        const message = `A cell could not be made: ${error instanceof Error ? error.message : 'the realm failed'}`
        return ended(notStarted('BEDDEL_ENGINE_CRASHED', message))
      }
      const run = new CellRun(spec, this.#events(link, ended), {
        cell,
        memoryFloor: this.factory.memoryFloor,
        sourceTools: this.tools,
        ...(prepared && { prepared }),
        release: (clean) => {
          reusable = clean
          this.#current = undefined
          if (spec.session === undefined) cell.dispose()
          else if (!clean) this.#close(spec.session)
        },
      })
      this.#current = run
      run.start()
    })
  }

  receive(message: ToCell): void {
    switch (message[0]) {
      case 'reply':
        return this.#current?.reply(message[1], message[2] === 1, message[3])
      case 'wake':
        return this.#current?.wake()
      case 'cancel':
        return message[1] === 'timeout' ? this.#current?.expire() : this.#current?.cancel()
      case 'close':
        return this.#close(message[1])
    }
  }

  /** A session's memory counts from its first call on: what each call adds stays. */
  #watchFor({ session, memoryBytes }: RunSpec): void {
    const watched = session === undefined ? undefined : `${session}:${memoryBytes}`
    if (watched === undefined || watched !== this.#watched) this.watch(memoryBytes)
    this.#watched = watched
  }

  #cell(spec: RunSpec): Cell {
    const known = spec.session === undefined ? undefined : this.#sessions.get(spec.session)
    if (known !== undefined) return known
    const cell = this.factory.create(cellOptions(spec))
    if (spec.session !== undefined) this.#sessions.set(spec.session, cell)
    return cell
  }

  #close(session: string): void {
    this.#sessions.get(session)?.dispose()
    this.#sessions.delete(session)
    this.rest()
  }

  #program(key: string): { value?: Prepared } {
    const known = this.#programs.get(key)
    if (known !== undefined) return known
    const fresh = {}
    this.#programs.set(key, fresh)
    for (const oldest of this.#programs.keys()) {
      if (this.#programs.size <= MAX_PROGRAMS) break
      this.#programs.delete(oldest)
    }
    return fresh
  }

  #events(link: Link, ended: (ending: Ending) => void): RunEvents {
    const send = (message: FromCell): true => {
      link.send(message)
      return true
    }
    return {
      started: () => link.send(['started']),
      call: (id, name, args) => send(['call', id, name, args]),
      callSync: (name, args) => link.callSync?.(name, args) ?? '',
      log: (level, text, dropped) => send(['log', level, text, dropped ? 1 : 0]),
      parked: (wakeMs) => send(['parked', wakeMs ?? -1]),
      ended,
    }
  }
}
