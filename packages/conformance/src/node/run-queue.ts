import { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'

const { now } = performance
const clock = now.bind(performance)
const reflectApply = Reflect.apply

/** Milliseconds that this process has spent in starting others: Node waits there until the new one gets a processor. */
let spawning = 0

/** Counts what starting processes takes. To be called once, before there is a guest. */
export function watchSpawns(): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(this: unknown, options: object): unknown }
  const { spawn } = prototype
  prototype.spawn = function (options) {
    const startedAt = clock()
    try {
      return reflectApply(spawn, this, [options]) as unknown
    } finally {
      spawning += clock() - startedAt
    }
  }
}

/**
 * How long this thread has waited for a processor so far, its own or that of a process it started, in milliseconds: on a
 * busy machine a host that is merely not scheduled looks like one that a guest has stalled. 0 where the system does not tell.
 */
export function runQueueClock(): { read(): number; close(): void } {
  let fd: number
  try {
    fd = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r')
  } catch {
    return { read: () => spawning, close() {} }
  }
  const bytes = Buffer.alloc(96)
  return {
    read: () => {
      const length = readSync(fd, bytes, 0, 96, 0)
      // "cpu-ns wait-ns slices": parsed by hand, since a guest of the control may have replaced String's methods.
      let at = 0
      while (at < length && bytes[at] !== 32) at++
      let ns = 0
      for (at++; at < length && bytes[at] !== 32; at++) ns = ns * 10 + ((bytes[at] as number) - 48)
      return ns / 1e6 + spawning
    },
    close: () => closeSync(fd),
  }
}
