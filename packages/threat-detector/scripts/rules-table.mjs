// The table of rules in docs/guide/threat-rules.md. `node packages/threat-detector/scripts/rules-table.mjs` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const PAGE = new URL('../../../docs/guide/threat-rules.md', import.meta.url)
const [BEGIN, END] = ['<!-- rules -->\n', '<!-- end of rules -->\n']

export function rulesTable({ RULES, PATTERN_WEIGHTS }) {
  const rows = RULES.map(({ id, pattern, family, weight, reason }) => {
    const score = weight === undefined ? PATTERN_WEIGHTS[pattern] : `${weight} (less)`
    return `| \`${id}\` | ${pattern} | ${score} | ${family ? family.join(' / ') : '–'} | ${reason.replace('{key}', '…')} |`
  })
  return `| rule | pattern | weight | family / pattern | |\n|---|---|---|---|---|\n${rows.join('\n')}\n`
}

export const writtenTable = () => {
  const page = readFileSync(PAGE, 'utf8')
  return page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const page = readFileSync(PAGE, 'utf8')
  const table = rulesTable(await import('@beddel/threat-detector'))
  writeFileSync(PAGE, page.slice(0, page.indexOf(BEGIN) + BEGIN.length) + table + page.slice(page.indexOf(END)))
}
