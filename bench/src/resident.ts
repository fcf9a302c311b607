import { readdirSync, readFileSync } from 'node:fs'

/** Resident bytes of each child of this process. Reads `/proc`, so it works on Linux only. */
export function childrenResident(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const status = statusOf(pid)
      if (status === undefined || field(status, 'PPid') !== process.pid) return []
      return [field(status, 'VmRSS') * 1024]
    })
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
}

function statusOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    // It has just ended.
    return undefined
  }
}
