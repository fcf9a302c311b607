import { fstatSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/**
 * Runs in its own thread, so that a guest on the main thread cannot keep it from its work: it kills the process when
 * resident memory passes what the run may have, when the host is gone (the lifeline's other end has closed), or
 * when the parent's id has changed.
 */
const SOURCE = `
const { workerData } = require('node:worker_threads')
const { read, writeSync } = require('node:fs')
const { state, lifeline, mark } = workerData
const die = () => process.kill(process.pid, 'SIGKILL')
const parent = process.ppid
let run = -1
let base = 0
let idleSince = Date.now()
const check = () => {
  if (process.ppid !== parent) die()
  const allowance = state[1]
  if (allowance > 0) {
    idleSince = Date.now()
    const rss = process.memoryUsage.rss()
    if (state[0] !== run) {
      run = state[0]
      base = rss
    } else if (rss < base) base = rss
    // Not where that run has ended meanwhile.
    if (rss > base + allowance && state[0] === run && state[1] === allowance) {
      writeSync(2, mark + ' ' + state[2] + ' ' + rss + ' of ' + (base + allowance) + '\\n')
      die()
    }
  }
  setTimeout(check, allowance > 0 || Date.now() - idleSince < 1000 ? 10 : 25)
}
check()
if (lifeline) {
  const wait = () => read(3, Buffer.alloc(1), 0, 1, null, (error, got) => (error || got === 0 ? die() : wait()))
  wait()
}
`

export interface Watchdog {
  /** A run begins, which may grow resident memory by `allowanceBytes`. `run` is its number, another one for each. */
  watch(allowanceBytes: number, run: number): void
  /** A run that was parked executes again: what memory grows by is its doing. */
  resume(run: number): void
  /** No run is there. */
  rest(): void
}

/**
 * `mark` is what the watchdog writes to stderr before it kills its process for memory: random, since what a guest is
 * made of can be printed there. `lifeline`: descriptor 3 is a pipe that the host holds and that carries nothing.
 */
export function startWatchdog(mark: string, lifeline = hasLifeline()): Watchdog {
  // Whose beginning resident memory is measured from, by how much it may grow, and who executes.
  const state = new Float64Array(new SharedArrayBuffer(24))
  const worker = new Worker(SOURCE, {
    eval: true,
    workerData: { state, lifeline, mark },
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  })
  worker.unref()
  // Without its watchdog a child must not run guests.
  worker.on('error', () => process.exit(70))
  return {
    watch: (allowanceBytes, run) => {
      state[2] = run
      state[0] = run
      state[1] = allowanceBytes
    },
    resume: (run) => {
      state[2] = run
    },
    rest: () => {
      state[1] = 0
    },
  }
}

/** A launcher may not have passed the descriptor on; then the parent's id is what there is. */
function hasLifeline(): boolean {
  try {
    const stat = fstatSync(3)
    return stat.isSocket() || stat.isFIFO()
  } catch {
    return false
  }
}
