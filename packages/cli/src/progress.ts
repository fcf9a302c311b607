const TERMINAL_MS = 200
const LINES_MS = 5_000

/** How far long work is, on stderr: one line that changes on a terminal, a line now and then elsewhere. Short work says nothing. */
export class Progress {
  #at = performance.now()
  #shown = false

  constructor(readonly what: string) {}

  readonly of = ({ entries, of }: { entries: number; of?: number }): void => {
    const { isTTY } = process.stderr
    const now = performance.now()
    if (now - this.#at < (isTTY ? TERMINAL_MS : LINES_MS)) return
    this.#at = now
    this.#shown = true
    const share = of === undefined || of === 0 ? '' : ` of ${of} (${Math.floor((entries * 100) / of)} %)`
    process.stderr.write(`${isTTY ? '\r\u001b[K' : ''}${this.what}: ${entries}${share}${isTTY ? '' : '\n'}`)
  }

  end(): void {
    if (this.#shown && process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}
