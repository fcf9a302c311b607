/** What a store holds, and a mark that no two contents have in common. */
export interface Stored {
  /** Absent: nothing was written yet. */
  text: string | undefined
  revision: string
}

/** Where a registry is kept. Small on purpose: a row of a database does it too. */
export interface RegistryStore {
  /** What the store is called in errors. */
  readonly where: string
  /** What was written last, whole. */
  read(): Promise<Stored>
  /**
   * Puts in the place of what is there what `change` makes of it, whole or not at all; nobody else's write comes between the
   * two. `change` answers at once, may be asked more than once, and writes nothing where it throws.
   */
  update(change: (text: string | undefined) => string): Promise<void>
}

/** Keeps a registry for as long as the process lives. */
export class MemoryRegistryStore implements RegistryStore {
  readonly where = 'memory'
  #text: string | undefined
  #writes = 0

  async read(): Promise<Stored> {
    return { text: this.#text, revision: String(this.#writes) }
  }

  async update(change: (text: string | undefined) => string): Promise<void> {
    this.#text = change(this.#text)
    this.#writes++
  }
}
