/** CPU time of this thread so far, in milliseconds, where this platform tells it (Node 24). */
export const threadCpu: (() => number) | undefined = (() => {
  const read = (globalThis as { process?: { threadCpuUsage?(): { user: number; system: number } } }).process?.threadCpuUsage
  if (read === undefined) return undefined
  return () => {
    const { user, system } = read()
    return (user + system) / 1_000
  }
})()
