import { createRequire } from 'node:module'
import { isMainThread, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { type ImportTools, type RunSpec, sourceTools } from '@beddel/core/engine'
import { startWatchdog } from '@beddel/process-host/child'
import { vmCells } from './cell.js'
import { lockRealm } from './lock-realm.js'
import type { FromCell, ToCell } from './messages.js'
import { Tasks } from './tasks.js'

/** What a thread is given for one run; a child process is given the spec alone, and talks over its own channel. */
export interface ThreadTask {
  spec: string
  port: MessagePort
  answers: MessagePort
  /** Grows with each answer. */
  flag: Int32Array
}

/** Resident memory that a run may take beyond its own limit: garbage not yet collected, encoded values, code. */
const RESIDENT_SLACK = 48 * 1024 * 1024

const require = createRequire(import.meta.url)
for (const name of Object.keys(process.env)) delete process.env[name]
lockRealm()

// Descriptor 3 of a child is tinypool's own channel, so the watchdog goes by the parent's id.
const watchdog = isMainThread ? startWatchdog(process.argv.pop() as string, false) : undefined
let watched = 0
const tasks = new Tasks(
  vmCells(() => require('./imports.js') as ImportTools),
  () => sourceTools(() => require('./source.js') as never),
  (memoryBytes) => watchdog?.watch(memoryBytes + RESIDENT_SLACK, ++watched),
  () => watchdog?.rest(),
)

if (isMainThread) {
  process.on('message', (message) => {
    if (typeof message === 'string') tasks.receive(JSON.parse(message) as ToCell)
  })
  process.once('disconnect', () => process.exit(0))
}

/** tinypool's task: one run. An empty spec only starts the process. */
export default function run(task: string | ThreadTask): Promise<void> {
  if (typeof task !== 'string') return runInThread(task)
  if (task === '') return Promise.resolve()
  return tasks.run(JSON.parse(task) as RunSpec, { send: (message) => process.send?.(JSON.stringify(message)) })
}

async function runInThread({ spec, port, answers, flag }: ThreadTask): Promise<void> {
  const send = (message: FromCell): void => port.postMessage(JSON.stringify(message))
  port.on('message', (message: string) => tasks.receive(JSON.parse(message) as ToCell))
  const callSync = (name: string, args: string): string => {
    const seen = Atomics.load(flag, 0)
    send(['call-sync', name, args])
    for (;;) {
      const answer = receiveMessageOnPort(answers) as { message: string } | undefined
      if (answer !== undefined) return answer.message
      Atomics.wait(flag, 0, seen, 1_000)
    }
  }
  try {
    await tasks.run(JSON.parse(spec) as RunSpec, { send, callSync })
  } finally {
    port.close()
    answers.close()
  }
}
