// The labelled evidence: what it is, and how it is split.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const folder = new URL('../evidence/', import.meta.url)

/**
 * Rules are made and changed by the `develop` set alone; the `report` set is there to be counted. Which one a snippet is in, its hash
 * says: half of them each, whoever wrote it.
 */
const setOf = (code) => (Number.parseInt(createHash('sha256').update(code).digest('hex')[0], 16) < 8 ? 'develop' : 'report')

/** Functions of npm packages, by scripts/extract-benign.mjs. */
export const benign = () =>
  readFileSync(new URL('benign.jsonl', folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const row = JSON.parse(line)
      return { ...row, hostile: false, set: setOf(row.code), what: `${row.package} ${row.file} ${row.function}` }
    })

/** Written for this project, by technique. */
export const hostile = () =>
  readFileSync(new URL('hostile.txt', folder), 'utf8')
    .split(/^#### /m)
    .slice(1)
    .map((block) => {
      const [technique, ...lines] = block.split('\n')
      const code = lines.join('\n').trimEnd()
      return { technique, code, hostile: true, set: setOf(code), what: technique }
    })

/** How well a score tells hostile from benign: the chance that a hostile one has more, ties half. */
export function rocAuc(scored) {
  const [good, bad] = [scored.filter(({ hostile: h }) => !h), scored.filter(({ hostile: h }) => h)]
  let wins = 0
  for (const { score: a } of bad) for (const { score: b } of good) wins += a > b ? 1 : a === b ? 0.5 : 0
  return wins / (good.length * bad.length)
}

/** What a detector makes of all of it. */
export async function judged(detector) {
  const rows = []
  for (const row of [...benign(), ...hostile()]) {
    const analysis = await detector.analyzeCode(row.code)
    rows.push({ ...row, analysis, blocked: analysis.blocked, score: analysis.problem ? 100 : analysis.score })
  }
  return rows
}

export function figures(rows) {
  const count = (what) => rows.filter(what).length
  const hits = count((row) => row.hostile && row.blocked)
  const alarms = count((row) => !row.hostile && row.blocked)
  return {
    benign: count((row) => !row.hostile),
    hostile: count((row) => row.hostile),
    alarms,
    missed: count((row) => row.hostile && !row.blocked),
    precision: hits / (hits + alarms),
    recall: hits / count((row) => row.hostile),
    rocAuc: rocAuc(rows),
  }
}
