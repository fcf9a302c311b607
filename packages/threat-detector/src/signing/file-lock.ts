import { SigningError } from './codes.js'

/** Who holds a lock, as its file says. */
interface Holder {
  id: string
  pid: number
  host: string
  since: string
}

/**
 * Does `work` while no other process of this machine does work under the same lock file. A lock whose process is gone is
 * taken away; one that is held for longer than `timeoutMs` is a `REGISTRY_LOCKED` that says by whom.
 */
export async function withFileLock<T>(path: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const { rm } = await import('node:fs/promises')
  const { hostname } = await import('node:os')
  const own: Holder = { id: crypto.randomUUID(), pid: process.pid, host: hostname(), since: new Date().toISOString() }
  const until = performance.now() + timeoutMs
  for (let waitMs = 2; !(await take(path, own)); waitMs = Math.min(waitMs * 2, 100)) {
    const holder = await holderOf(path)
    if (holder !== undefined && isGone(holder, own.host) && (await breakLock(path, holder.id))) continue
    if (performance.now() >= until) throw locked(path, holder, timeoutMs)
    // Not in step with the others who wait.
    await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())))
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** The file appears with its text in it, by a link: a lock without a holder's name could not be told from one that is being written. */
async function take(path: string, own: Holder): Promise<boolean> {
  const { link, rm, writeFile } = await import('node:fs/promises')
  const mine = `${path}.${own.id}`
  await writeFile(mine, JSON.stringify(own), { flag: 'wx' })
  try {
    await link(mine, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(mine, { force: true })
  }
}

/**
 * Takes a lock away whose holder is gone. Only who links it to the one name that its id makes may do so, and only if what
 * was linked is that very lock: else two who saw the same old lock could take each other's new one.
 */
async function breakLock(path: string, id: string): Promise<boolean> {
  const { link, rm } = await import('node:fs/promises')
  const claim = `${path}.${id}.gone`
  try {
    await link(path, claim)
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
  try {
    if ((await holderOf(claim))?.id !== id) return false
    await rm(path, { force: true })
    return true
  } finally {
    await rm(claim, { force: true })
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  const { readFile } = await import('node:fs/promises')
  try {
    const { id, pid, host, since } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>
    return isId(id) && typeof pid === 'number' ? { id, pid, host: String(host), since: String(since) } : undefined
  } catch {
    return undefined
  }
}

/** It becomes part of a file's name. */
const isId = (given: unknown): given is string => typeof given === 'string' && /^[\w-]{1,64}$/.test(given)

function isGone({ pid, host }: Holder, here: string): boolean {
  if (host !== here || !Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function locked(path: string, holder: Holder | undefined, timeoutMs: number): SigningError {
  const who = holder === undefined ? 'somebody' : `process ${holder.pid} of ${holder.host}, since ${holder.since}`
  return new SigningError(
    'REGISTRY_LOCKED',
    `${path} is held by ${who}, and was not let go within ${timeoutMs} ms. If that process is gone, remove the file.`,
    { path, ...holder },
  )
}
