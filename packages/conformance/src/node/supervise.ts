import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Capabilities } from '@beddel/core'
import type { Loss } from '../harness/evidence.js'
import type { HarnessJob, HarnessLine } from './job.js'
import { residentBytesOf } from './processes.js'
import { UnusableProvider } from './unusable-provider.js'

export interface Patience {
  /** How long a host may be silent during a case before it counts as stalled. */
  silenceMs(id: string): number
  /** How long one case may take, in a host that lives but whose harness may be broken. */
  totalMs: number
  /** Resident memory at which a host is ended. */
  maxResidentBytes: number
  /** V8's heap in a host, in MiB: large enough that a guest which only stalls it is seen to stall before the memory is gone. */
  maxHeapMiB: number
}

export interface Told {
  onCapabilities(capabilities: Capabilities): void
  /** Whether a host has made an executor of this provider before. */
  made(): boolean
  onEnd(id: string, result: unknown): void
  /** The case took its host with it. */
  onLost(id: string, loss: Loss): void
  /** The harness itself went wrong: nothing is known of the case. */
  onFault(id: string, message: string): void
}

/**
 * The first flag is what some native add-ons want on Node 20 and later. With the second the main thread does not wait for
 * collector threads that get no processor on a busy machine.
 */
const FLAGS = ['--no-node-snapshot', '--single-threaded-gc', '--no-warnings']
const WATCH_EVERY_MS = 40
/** Loading a provider, and everything between two cases. */
const START_MS = 20_000

/**
 * Performs cases in a disposable host process. A host that is lost is lost to the case it was at; those that come after
 * that one get a new host.
 *
 * @throws {UnusableProvider} where no host has made an executor yet and this one cannot: the others would not either.
 */
export async function supervise(job: HarnessJob, patience: Patience, told: Told): Promise<void> {
  let left = job.cases
  while (left.length > 0) {
    const { through, unusable } = await oneHost({ ...job, cases: left }, patience, told)
    if (unusable !== undefined) {
      if (!told.made()) throw unusable
      told.onFault(left[0] as string, `no executor could be made any more: ${unusable.message}`)
    }
    left = left.slice(Math.max(1, through))
  }
}

interface HostEnd {
  /** How many cases are through. */
  through: number
  /** Why it made no executor, and performed nothing. */
  unusable?: UnusableProvider
}

async function oneHost(job: HarnessJob, patience: Patience, told: Told): Promise<HostEnd> {
  // A host that is lost cannot clear away what its cases have left on the disk.
  const scratch = mkdtempSync(join(tmpdir(), 'beddel-host-'))
  try {
    return await inHost(job, patience, told, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}

function inHost(job: HarnessJob, patience: Patience, told: Told, scratch: string): Promise<HostEnd> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...FLAGS, `--max-old-space-size=${patience.maxHeapMiB}`, entryPath(), JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // What the test runner has put there is none of a guest's business.
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TMPDIR: scratch },
    })
    let current: string | undefined
    let through = 0
    let loss: Loss | undefined
    let stderr = ''
    let limit: ReturnType<typeof setTimeout> | undefined
    let total: ReturnType<typeof setTimeout> | undefined
    let faulted = false
    let greeted = false
    let unusable: UnusableProvider | undefined
    const ending = (code: number | null, signal: string | null): string =>
      `${loss ?? signal ?? `exit code ${code}`} ${stderr.slice(0, 1_000)}`.trim()
    const end = (why: Loss): void => {
      loss ??= why
      child.kill('SIGKILL')
    }
    const watch = setInterval(() => {
      if (child.pid !== undefined && residentBytesOf(child.pid) > patience.maxResidentBytes) end('out of memory')
    }, WATCH_EVERY_MS)
    const listen = (): void => {
      clearTimeout(limit)
      limit = setTimeout(() => end('stalled'), current === undefined ? START_MS : patience.silenceMs(current))
    }
    const onLine = (text: string): void => {
      const line = JSON.parse(text) as HarnessLine
      if (line.type === 'hello') {
        greeted = true
        clearTimeout(total)
        told.onCapabilities(line.capabilities)
      }
      if (line.type === 'unusable') unusable = new UnusableProvider(line.message, line)
      if (line.type === 'begin') {
        current = line.id
        total = setTimeout(() => end('stalled'), patience.totalMs)
      }
      if (line.type === 'end') {
        clearTimeout(total)
        through++
        told.onEnd(current as string, line.result)
        current = undefined
      }
      if (line.type === 'fault') {
        const id = current ?? job.cases[through] ?? '(none)'
        through++
        told.onFault(id, line.message)
        current = undefined
        faulted = true
      }
      listen()
    }
    listen()
    // It says that it is alive while it waits for a provider that never answers.
    total = setTimeout(() => end('stalled'), patience.totalMs)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < 4_000) stderr += text
    })
    const lines = createInterface({ input: child.stdio[3] as Readable })
    lines.on('line', onLine)
    // The lines may still be on their way when the process is gone; a process that it left behind may hold the pipe.
    const closed = new Promise<void>((done) => lines.on('close', () => done()))
    child.on('exit', (code, signal) => {
      const enough = new Promise<void>((done) => setTimeout(done, 500))
      void Promise.race([closed, enough]).then(() => {
        lines.close()
        clearTimeout(limit)
        clearTimeout(total)
        clearInterval(watch)
        if (current !== undefined) {
          through++
          told.onLost(current, loss ?? lossOf(stderr))
        } else if (!greeted) {
          const message = `the host ended before it had made an executor: ${ending(code, signal)}`
          unusable ??= new UnusableProvider(message, { misuse: false })
        } else if (!faulted && through < job.cases.length) {
          const id = job.cases[through++] as string
          told.onFault(id, `the harness ended early: ${ending(code, signal)}`)
        }
        resolve({ through, ...(unusable && { unusable }) })
      })
    })
  })
}

const lossOf = (stderr: string): Loss => (/out of memory|heap limit|invalid size/i.test(stderr) ? 'out of memory' : 'crashed')

/** The built entry, next to which this file is bundled. */
const entryPath = (): string => fileURLToPath(new URL('./harness.js', import.meta.url))
