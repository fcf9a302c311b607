import { type CellFactory, InProcessHost, type JobHandle, type RunEvents, type SessionHost, type SourceTools } from '@beddel/core/engine'
import { type FromCells, textsOf, type ToCells } from './messages.js'

export interface Served {
  cells: CellFactory
  /** `text` is what the page has sent for it; absent where no run wanted any. */
  tools(text: string | undefined): SourceTools
}

/** The main program of a worker in which an engine has its cells. `begin` gets the engine's own first message. */
export function serveCells<Boot>(begin: (boot: Boot) => Served): void {
  addEventListener('message', ({ ports }) => listen(ports[0] as MessagePort, begin), { once: true })
}

function listen<Boot>(port: MessagePort, begin: (boot: Boot) => Served): void {
  const say = (message: FromCells): true => {
    port.postMessage(message)
    return true
  }
  port.onmessage = ({ data }: MessageEvent<Boot>) => {
    const { cells, tools } = begin(data)
    let toolsText: string | undefined
    const host = new InProcessHost(cells, () => tools(toolsText))
    const runs = new Map<number, JobHandle>()
    let session: SessionHost | undefined

    const eventsOf = (id: number): RunEvents => ({
      started: () => void say(['started', id]),
      call: (call, name, args) => say(['call', id, call, name, args]),
      // Not declared, so never asked for: nothing here could wait for the page's answer.
      callSync: () => '',
      log: (level, text, dropped) => say(['log', id, level, text, dropped]),
      parked: (wakeMs) => say(['parked', id, wakeMs]),
      ended: (ending) => {
        runs.delete(id)
        say(['ended', id, ...textsOf(ending)])
      },
    })
    const told = (message: ToCells): void => {
      switch (message[0]) {
        case 'tools':
          toolsText = message[1]
          return
        case 'run': {
          const [, id, spec] = message
          const job = {
            spec,
            executionId: '',
            tenant: undefined,
            // The page's clock is not this one.
            deadline: performance.now() + spec.timeoutMs,
            events: eventsOf(id),
          }
          // A worker has one session at the most.
          if (spec.session !== undefined) session ??= host.openSession()
          const handle = spec.session === undefined ? host.submit(job) : (session as SessionHost).submit(job)
          runs.set(id, handle)
          return
        }
        case 'reply':
          return runs.get(message[1])?.reply(message[2], message[3], message[4])
        case 'wake':
          return runs.get(message[1])?.wake()
        case 'cancel':
          return runs.get(message[1])?.cancel(message[2])
      }
    }
    port.onmessage = ({ data: message }: MessageEvent<ToCells>) => told(message)
    say(['ready'])
  }
}
