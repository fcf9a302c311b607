import { parseLine, type FallBack, type Recording } from './recording.js'
import { SiteStats } from './site-stats.js'
import { Timeline } from './timeline.js'

/** More call sites than this are not told apart: a name is text in a file, and there may be any number of them. */
const SITES = 1000
export const UNNAMED = '(unnamed)'

/** Which recordings count. */
export interface Choice {
  /** ms since the epoch. */
  since?: number
  /** A pattern of a call site's name or its file: `*` is any text, `?` one character. */
  site?: string
}

/** What was read, and what of it was of no use. */
export interface ReadCounts {
  files: number
  lines: number
  recordings: number
  fallBacks: number
  /** Recordings that `since` or `site` left out. */
  notChosen: number
  /** Last lines that a writer did not finish. */
  torn: number
  /** Lines that are no recordings. */
  foreign: number
  /** Lines of another version of the format. */
  otherVersion: number
  tooLong: number
  /** Recordings of call sites beyond the number that is told apart; they count nowhere else. */
  beyond: number
}

/** Takes lines, keeps numbers. */
export class Collector {
  readonly sites = new Map<string, SiteStats>()
  readonly timeline = new Timeline()
  readonly counts: ReadCounts = {
    files: 0,
    lines: 0,
    recordings: 0,
    fallBacks: 0,
    notChosen: 0,
    torn: 0,
    foreign: 0,
    otherVersion: 0,
    tooLong: 0,
    beyond: 0,
  }
  readonly #since: number
  readonly #pattern: RegExp | undefined

  constructor({ since = -Infinity, site }: Choice) {
    this.#since = since
    this.#pattern = site === undefined ? undefined : patternOf(site)
  }

  tooLong(): void {
    this.counts.lines++
    this.counts.tooLong++
  }

  line(text: string, ended: boolean): void {
    if (text.trim() === '') return
    this.counts.lines++
    const line = parseLine(text.replace(/^\ufeff/, ''))
    if (line === 'version') this.counts.otherVersion++
    else if (line !== 'foreign') this.#take(line)
    else if (ended) this.counts.foreign++
    else this.counts.torn++
  }

  #take(line: Recording | FallBack): void {
    const { at, site } = line
    const file = 'file' in line ? line.file : undefined
    if (at < this.#since || this.#pattern?.test(site) === false) {
      if (at < this.#since || file === undefined || this.#pattern?.test(file) === false) {
        this.counts.notChosen++
        return
      }
    }
    const stats = this.#site(site === UNNAMED && file !== undefined ? `${UNNAMED} in ${file}` : site)
    if (stats === undefined) this.counts.beyond++
    else if ('event' in line) {
      this.counts.fallBacks++
      stats.addFallBack(line)
    } else {
      this.counts.recordings++
      this.timeline.add(at, stats.add(line))
    }
  }

  #site(name: string): SiteStats | undefined {
    const known = this.sites.get(name)
    if (known !== undefined) return known
    if (this.sites.size >= SITES) return undefined
    const stats = new SiteStats(name)
    this.sites.set(name, stats)
    return stats
  }
}

function patternOf(glob: string): RegExp {
  const parts = glob.split(/\*+/).map((part) => part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&').replaceAll('?', '.'))
  return new RegExp(`^${parts.join('.*')}$`, 'su')
}
