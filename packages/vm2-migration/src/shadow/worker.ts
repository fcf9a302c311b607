import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { FromWorker, Step, ToWorker } from './protocol.js'
import { ShadowVm } from './shadow-vm.js'

/** The thread of all shadows: one call of one guest at a time, and nobody waits for it. */
const port = parentPort as NonNullable<typeof parentPort>
const { flag } = workerData as { flag: Int32Array }
const SYNC_POLL_MS = 10

const vms = new Map<number, ShadowVm>()
const inbox: (Exclude<ToWorker, { is: 'open' }> & { left?: Step[] })[] = []
let draining = false

const post = (message: FromWorker): void => port.postMessage(message)

function arrive(message: ToWorker): void {
  if (message.is === 'open') {
    const { vm, opening } = message
    vms.set(vm, new ShadowVm(opening, (told) => post({ vm, ...told } as FromWorker), pull))
    return
  }
  if (message.is === 'steps') vms.get(message.vm)?.arrived(message.steps)
  inbox.push(message)
}

/** Reads on in the middle of a call of a guest. */
function pull(ms: number): void {
  const seen = Atomics.load(flag, 0)
  let any = false
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    any = true
    arrive(got.message as ToWorker)
  }
  if (!any) Atomics.wait(flag, 0, seen, ms)
}

/** Promise jobs and timers of the guests have their turn between two steps. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function drain(): Promise<void> {
  if (draining) return
  draining = true
  for (let message = inbox.shift(); message !== undefined; message = inbox.shift()) {
    if (message.is === 'sync') {
      const { id } = message
      void allSettled().then(() => post({ is: 'synced', id }))
      continue
    }
    const vm = vms.get(message.vm)
    if (message.is === 'close') {
      const { vm: id } = message
      void whenSettled(vm).then(() => {
        vm?.close('closed')
        vms.delete(id)
      })
      continue
    }
    for (const step of message.steps) {
      try {
        vm?.take(step)
      } catch {
        vm?.close('fault')
      }
      await breathe()
    }
    post({ is: 'read', vm: message.vm, bytes: message.bytes })
    if (vm?.over === true) vms.delete(message.vm)
  }
  draining = false
}

async function whenSettled(vm: ShadowVm | undefined): Promise<void> {
  while (vm !== undefined && vm.settling > 0 && !vm.over) await new Promise((resolve) => setTimeout(resolve, SYNC_POLL_MS))
}

async function allSettled(): Promise<void> {
  await Promise.all([...vms.values()].map(whenSettled))
}

port.on('message', (message: ToWorker) => {
  arrive(message)
  void drain()
})
