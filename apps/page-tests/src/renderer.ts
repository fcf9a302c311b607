import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
/** What stands behind the name in `/proc/<pid>/stat`. */
const statOf = (pid: number): string[] =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
const parentOf = (pid: number): number => Number(statOf(pid)[1])

/** Chromium's processes for pages, below this process. */
function renderers(): number[] {
  let pids: number[]
  try {
    pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
  const isOurs = (pid: number): boolean => pid > 1 && (pid === process.pid || isOurs(parentOf(pid)))
  return pids.filter((pid) => read(`/proc/${pid}/cmdline`).includes('--type=renderer') && isOurs(pid))
}

/** What the main thread of a page has had so far, in milliseconds. */
export interface ThreadTime {
  /** On a processor. */
  used: number
  /** Waiting for one. */
  waited: number
}

const NONE: ThreadTime = { used: 0, waited: 0 }

/** Nanoseconds on a processor, nanoseconds waiting for one, slices: of a process's first thread, which is its page's. */
function timeOf(pid: number): ThreadTime {
  const [used, waited] = read(`/proc/${pid}/schedstat`).split(' ').map(Number)
  return { used: (used ?? 0) / 1e6, waited: (waited ?? 0) / 1e6 }
}

/**
 * A clock of a page's main thread. A page that is not scheduled is not one that a guest has stalled, and no guest stalls
 * it without using its processor time. Linux only; elsewhere `undefined`.
 */
export async function threadClock(page: Page): Promise<(() => ThreadTime) | undefined> {
  if (renderers().length === 0) return undefined
  const before = new Map<number, number>()
  let pid: number | undefined
  // The page's process is the one that is busy when the page is. On a busy machine it may take a while to be told apart.
  for (let tries = 0; tries < 8 && pid === undefined; tries++) {
    // A page that was just opened may be given another process in the meantime.
    for (const one of renderers()) if (!before.has(one)) before.set(one, timeOf(one).used)
    await page.evaluate(() => {
      const until = performance.now() + 400
      while (performance.now() < until);
    })
    const spent = [...before].map(([one, used]) => ({ one, ms: timeOf(one).used - used })).toSorted((x, y) => y.ms - x.ms)
    const [first, second] = spent
    if (first !== undefined && first.ms > 200 && first.ms > 2 * (second?.ms ?? 0)) pid = first.one
  }
  return () => (pid === undefined ? NONE : timeOf(pid))
}
