import { readdirSync, readFileSync } from 'node:fs'

interface Row {
  pid: number
  parent: number
  /** A zombie has ended: only its exit code is left. */
  dead: boolean
}

function rows(): Row[] {
  const out: Row[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      out.push({ pid: Number(name), parent: Number(parent), dead: state === 'Z' || state === 'X' })
    } catch {
      // It ended while we looked.
    }
  }
  return out
}

/** The living processes below `root`, at any depth. Empty where there is no /proc. */
export function descendants(root: number): number[] {
  let all: Row[]
  try {
    all = rows()
  } catch {
    return []
  }
  const found = new Set([root])
  for (let grew = true; grew; ) {
    grew = false
    for (const { pid, parent } of all) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid)
        grew = true
      }
    }
  }
  found.delete(root)
  return all.filter(({ pid, dead }) => found.has(pid) && !dead).map(({ pid }) => pid)
}

export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/** Processes whose command line has this word: those that an attack has started itself. */
export function processesWith(word: string): number[] {
  const out: number[] = []
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return out
  }
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    try {
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word) && isAlive(Number(name))) out.push(Number(name))
    } catch {
      // It ended while we looked.
    }
  }
  return out
}

export function residentBytesOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
