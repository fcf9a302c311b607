import type { AttackResult, TestResult } from '@beddel/conformance'

/** How far the kit is, on stderr: the case it is at on a terminal, elsewhere a line for each suite and family that is through. */
export class ConformanceProgress {
  #done = 0
  readonly #groups = new Map<string, { left: number; size: number; failed: number }>()

  /** @param cases which cases there are, by the name of their suite or family. */
  constructor(cases: readonly string[]) {
    for (const name of cases) {
      const group = this.#groups.get(name) ?? { left: 0, size: 0, failed: 0 }
      group.left = ++group.size
      this.#groups.set(name, group)
    }
    this.total = cases.length
  }

  readonly total: number

  readonly of = (result: TestResult | AttackResult): void => {
    this.#done++
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${this.#done} ${result.id.slice(0, 60)}`)
    const name = groupOf(result)
    const group = this.#groups.get(name)
    if (group === undefined) return
    if ('passed' in result ? !result.passed : result.standing === 'breached' || result.standing === 'fault') group.failed++
    if (--group.left > 0 || process.stderr.isTTY) return
    const failed = group.failed === 0 ? '' : `, ${group.failed} FAILED`
    process.stderr.write(`${name}: ${group.size} performed${failed} (${this.#done} of ${this.total})\n`)
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

/** The ids of tests are `suite › name`. */
export const suiteOf = (id: string): string => `suite ${id.slice(0, id.indexOf(' › '))}`

const groupOf = (result: TestResult | AttackResult): string => ('family' in result ? result.family : suiteOf(result.id))
