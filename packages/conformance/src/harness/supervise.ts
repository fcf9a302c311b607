import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Capabilities } from '@beddel/core'
import type { Attack } from '../attacks/attack.js'
import { attackById } from '../attacks/index.js'
import type { Loss } from './evidence.js'
import type { HarnessJob, HarnessLine } from './job.js'
import { lossVerdict, type Verdict } from './judge.js'
import { residentBytesOf } from './processes.js'

export interface Patience {
  /** How long a host may be silent during an attack before it counts as stalled. */
  silenceMs(attack: Attack): number
  /** How long one attack may take, in a host that lives but whose harness may be broken. */
  totalMs: number
  /** Resident memory at which a host is ended. */
  maxResidentBytes: number
}

export interface Told {
  onCapabilities(capabilities: Capabilities): void
  onVerdict(verdict: Verdict): void
}

/** The first flag is what some native add-ons want on Node 20 and later; the second keeps a host that is eaten up small. */
const FLAGS = ['--no-node-snapshot', '--max-old-space-size=256', '--no-warnings']
const WATCH_EVERY_MS = 40
/** Loading a provider, and everything between two attacks. */
const START_MS = 20_000

/**
 * Performs attacks in a disposable host process. A host that is lost is lost to the attack it was at; the attacks that
 * come after that one get a new host.
 */
export async function supervise(job: HarnessJob, patience: Patience, told: Told): Promise<void> {
  let left = job.attacks
  while (left.length > 0) {
    const done = await oneHost({ ...job, attacks: left }, patience, told)
    left = left.slice(Math.max(1, done))
  }
}

/** Answers how many attacks are through. */
function oneHost(job: HarnessJob, patience: Patience, told: Told): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...FLAGS, entryPath(), JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // What the test runner has put there is none of a guest's business.
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    })
    let current: Attack | undefined
    let through = 0
    let loss: Loss | undefined
    let stderr = ''
    let limit: ReturnType<typeof setTimeout> | undefined
    let total: ReturnType<typeof setTimeout> | undefined
    let faulted = false
    const end = (why: Loss): void => {
      loss ??= why
      child.kill('SIGKILL')
    }
    const watch = setInterval(() => {
      if (child.pid !== undefined && residentBytesOf(child.pid) > patience.maxResidentBytes) end('out of memory')
    }, WATCH_EVERY_MS)
    const tell = (verdict: Verdict): void => {
      through++
      told.onVerdict(verdict)
    }
    const listen = (): void => {
      clearTimeout(limit)
      limit = setTimeout(() => end('stalled'), current === undefined ? START_MS : patience.silenceMs(current))
    }
    const onLine = (text: string): void => {
      const line = JSON.parse(text) as HarnessLine
      if (line.type === 'hello') told.onCapabilities(line.capabilities)
      if (line.type === 'begin') {
        current = attackById(line.id)
        total = setTimeout(() => end('stalled'), patience.totalMs)
      }
      if (line.type === 'end') {
        clearTimeout(total)
        tell(line.verdict)
        current = undefined
      }
      if (line.type === 'fault') {
        const id = current?.id ?? job.attacks[through] ?? '(none)'
        tell({ id, succeeded: undefined, breaches: [], endings: [], fault: line.message })
        current = undefined
        faulted = true
      }
      listen()
    }
    listen()
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
        if (current !== undefined) tell(lossVerdict(current, loss ?? lossOf(stderr)))
        else if (!faulted && through < job.attacks.length) {
          const id = job.attacks[through] as string
          const message = `the harness ended early: ${loss ?? ''} code ${code} signal ${signal} ${stderr.slice(0, 1_000)}`
          tell({ id, succeeded: undefined, breaches: [], endings: [], fault: message })
        }
        resolve(through)
      })
    })
  })
}

const lossOf = (stderr: string): Loss => (/out of memory|heap limit|invalid size/i.test(stderr) ? 'out of memory' : 'crashed')

/** The built entry, next to which this file is bundled. */
const entryPath = (): string => fileURLToPath(new URL('./harness.js', import.meta.url))
