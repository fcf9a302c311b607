/** What Node knows of a `domain`: where the rejections go that happen in it and that nobody handles. */
interface Domain {
  emit(event: string): boolean
}

const host = process as unknown as { domain?: Domain | null | undefined }
/** Nothing leads from it to anything of the host's: Node's module `domain`, where a host loads it, hangs it on promises. */
const nowhere: Domain = Object.freeze(
  Object.setPrototypeOf({ emit: Object.freeze(Object.setPrototypeOf(() => true, null)) }, null),
) as Domain
let outside: Domain | null | undefined

/**
 * While a guest runs, rejections that nobody handles go nowhere. They are rejections of the host's own isolate, and Node
 * would end the host's process for them. The function that is returned ends this.
 */
export function enterQuiet(): () => void {
  const before = host.domain
  outside = before
  host.domain = nowhere
  return () => {
    host.domain = before
  }
}

/** The host's own work in the middle of a guest's: what is rejected there is the host's. */
export function outsideQuiet<T>(work: () => T): T {
  const quiet = host.domain
  if (quiet !== nowhere) return work()
  host.domain = outside
  try {
    return work()
  } finally {
    host.domain = quiet
  }
}
