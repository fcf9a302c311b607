import { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import type { WaitClock } from '../harness/environment.js'

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

interface Watched {
  fd: number
  waited: number
}

/**
 * How long this process has waited for a processor so far, in milliseconds: on a busy machine a host that is merely not
 * scheduled looks like one that a guest has stalled. The main thread also stands still while another thread of Node's
 * holds a lock and is not scheduled, so the thread that waited longest since the last look counts; and time in which a
 * process was started. 0 where the system does not tell.
 */
export function runQueueClock(): WaitClock {
  const bytes = Buffer.alloc(96)
  let busy = 0
  /** "cpu-ns wait-ns slices": parsed by hand, since a guest of the control may have replaced String's methods. */
  const look = (fd: number, isMain: boolean): number => {
    const length = readSync(fd, bytes, 0, 96, 0)
    let at = 0
    let cpu = 0
    for (; at < length && bytes[at] !== 32; at++) cpu = cpu * 10 + ((bytes[at] as number) - 48)
    if (isMain) busy = cpu / 1e6
    let wait = 0
    for (at++; at < length && bytes[at] !== 32; at++) wait = wait * 10 + ((bytes[at] as number) - 48)
    return wait / 1e6
  }
  const threads: Watched[] = []
  try {
    // The main thread comes first: its number is the process's.
    for (const id of readdirSync('/proc/self/task')) {
      const fd = openSync(`/proc/self/task/${id}/schedstat`, 'r')
      threads.push({ fd, waited: look(fd, threads.length === 0) })
    }
  } catch {
    // Not Linux, or a thread that ended meanwhile: those that were found are looked at.
  }
  let total = 0
  const read = (): number => {
    let most = 0
    for (let i = 0; i < threads.length; i++) {
      const thread = threads[i] as Watched
      try {
        const now = look(thread.fd, i === 0)
        if (now - thread.waited > most) most = now - thread.waited
        thread.waited = now
      } catch {
        // It has ended.
      }
    }
    total += most
    return total + spawning
  }
  return {
    read,
    busy: () => busy,
    close: () => {
      for (let i = 0; i < threads.length; i++) closeSync((threads[i] as Watched).fd)
    },
  }
}
