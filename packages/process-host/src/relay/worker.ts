import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { JobHandle, RunEvents, SessionHost } from '@beddel/core/engine'
import { ProcessHost, type ProcessHostOptions } from '../process-host.js'
import type { FromRelay, ToRelay } from './messages.js'

const { options, port, answers, flag } = workerData as {
  options: ProcessHostOptions
  port: MessagePort
  answers: MessagePort
  /** [0] grows with each message to the caller; [1] with each answer to us. */
  flag: Int32Array
}

const host = new ProcessHost(options)
const handles = new Map<number, JobHandle>()
const sessions = new Map<string, SessionHost>()

port.on('message', (message: ToRelay) => {
  switch (message.do) {
    case 'submit':
      return submit(message)
    case 'reply':
      return handles.get(message.key)?.reply(message.call, message.ok, message.text)
    case 'wake':
      return handles.get(message.key)?.wake()
    case 'cancel':
      return handles.get(message.key)?.cancel(message.reason)
    case 'open':
      sessions.set(message.session, host.openSession({ id: message.session, tenant: message.tenant }))
      return
    case 'close':
      sessions.get(message.session)?.close(message.reason)
      sessions.delete(message.session)
      return
    case 'drop-program':
      return host.dropProgram(message.program)
    case 'dispose':
      void host.dispose().then(() => port.close())
  }
})

function submit({ key, spec, leftMs, tenant, executionId, session }: Extract<ToRelay, { do: 'submit' }>): void {
  const job = { spec, executionId, tenant, deadline: performance.now() + leftMs, events: eventsOf(key) }
  const place = session === undefined ? host : sessions.get(session)
  if (place !== undefined) handles.set(key, place.submit(job))
}

function tell(message: FromRelay): true {
  port.postMessage(message)
  Atomics.add(flag, 0, 1)
  Atomics.notify(flag, 0)
  return true
}

function eventsOf(key: number): RunEvents {
  return {
    started: () => tell({ is: 'started', key }),
    call: (call, name, args) => tell({ is: 'call', key, call, name, args }),
    callSync: (name, args) => {
      const seen = Atomics.load(flag, 1)
      tell({ is: 'call-sync', key, name, args })
      for (;;) {
        const answer = receiveMessageOnPort(answers) as { message: string } | undefined
        if (answer !== undefined) return answer.message
        Atomics.wait(flag, 1, seen, 1_000)
      }
    },
    log: (level, text, dropped) => tell({ is: 'log', key, level, text, dropped }),
    parked: (wakeMs) => tell({ is: 'parked', key, wakeMs }),
    ended: (ending) => {
      handles.delete(key)
      tell({ is: 'ended', key, ending })
    },
  }
}
