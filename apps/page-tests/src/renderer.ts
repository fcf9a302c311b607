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
const cpuOf = (pid: number): number => Number(statOf(pid)[11]) + Number(statOf(pid)[12])

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

/**
 * How long the main thread of a page has waited for a processor so far, in milliseconds: a page that is not scheduled is
 * not one that a guest has stalled. Linux only; elsewhere 0.
 */
export async function waitClock(page: Page): Promise<() => number> {
  const all = renderers()
  const before = all.map(cpuOf)
  await page.evaluate(() => {
    const until = performance.now() + 250
    while (performance.now() < until);
  })
  const spent = all.map((pid, i) => cpuOf(pid) - (before[i] as number))
  const busiest = spent.indexOf(Math.max(...spent))
  const pid = all[busiest]
  // Nanoseconds on a processor, nanoseconds waiting for one, slices: of the first thread, which is the page's.
  return () => (pid === undefined ? 0 : Number(read(`/proc/${pid}/schedstat`).split(' ')[1] ?? 0) / 1e6)
}
