/** What every guest of an attack finds in its global `bait`: where the prey is, never the prey itself. */
export interface Bait {
  /** A file that the guest must not be able to read. */
  read: string
  /** A file that the guest must not be able to make. */
  write: string
  /** The name of an environment variable that it must not be able to read. */
  env: string
  /** A word that is this attack's own: it must not turn up in another run. */
  marker: string
}

/** The traps of one attack. All their contents are random, so that none is found by guessing. */
export interface Scene {
  bait: Bait
  secrets: {
    /** Content of `bait.read`. */
    file: string
    /** Value of `bait.env`. */
    env: string
    /** For host functions: what their errors, sources and objects hold and the guest must not see. */
    host: string
  }
  /** Matches what betrays the host's own files and frames. */
  hostPaths: RegExp
  clear(): void
}
