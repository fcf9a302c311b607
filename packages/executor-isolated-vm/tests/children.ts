import { readdirSync, readFileSync } from 'node:fs'

/** Live child processes of a process, zombies excepted, by /proc. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [state, ppid] = statOf(pid)
      return ppid === parent && state !== 'Z'
    })
}

export function isAlive(pid: number): boolean {
  const [state] = statOf(pid)
  return state !== undefined && state !== 'Z'
}

function statOf(pid: number): [state: string | undefined, ppid: number] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ppid] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return [state, Number(ppid)]
  } catch {
    return [undefined, -1]
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until it holds; `false` where it does not within the time. */
export async function eventually(holds: () => boolean, ms = 3_000): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(20)) if (holds()) return true
  return holds()
}
