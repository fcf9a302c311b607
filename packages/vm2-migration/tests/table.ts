import { type Case, CASES } from './cases/index.ts'
import { VARIANTS } from './variants.ts'

/** The table of `docs/vm2-compatibility.md`, from the cases that the tests run. */
export function compatibilityPage(): string {
  const areas = [...new Set(CASES.map(({ area }) => area))]
  const same = CASES.filter(isSame).length
  return `# What vm2 does, and what the drop-in classes do

Made by \`node packages/vm2-migration/scripts/write-compatibility.mjs\` from the cases in \`packages/vm2-migration/tests/cases\`. Each one is run on
real vm2 and on every variant below (\`pnpm vitest run --project vm2-migration compatibility\`), and must come to what stands here: of
${CASES.length} cases ${same} are the same everywhere. Do not edit.

Variants: ${VARIANTS.map(({ name }) => name).join(' · ')}.

An engine without \`runSync\` and sessions cannot carry these classes: asking for it is \`BEDDEL_OPTION_UNSUPPORTED\` when the object is made.

${areas.map(section).join('\n')}`
}

const isSame = ({ others, quickjs }: Case): boolean => others === undefined && quickjs === undefined

function section(area: string): string {
  const cases = CASES.filter((one) => one.area === area)
  const rows = cases.filter((one) => !isSame(one)).map(row)
  const same = cases.filter(isSame).map(({ name, why }) => `- ${name}${why === undefined ? '' : ` (${why})`}`)
  return `## ${area}

${rows.length === 0 ? 'No differences.' : `| different | vm2 | here | why |\n|---|---|---|---|\n${rows.join('\n')}`}

The same:

${same.join('\n')}
`
}

function row({ name, vm2, others, quickjs, why }: Case): string {
  const here = [others ?? (quickjs === undefined ? undefined : vm2), quickjs === undefined ? undefined : `quickjs: ${quickjs}`]
  const cells = [
    name,
    code(vm2),
    here
      .filter((text) => text !== undefined)
      .map(code)
      .join('<br>'),
    why ?? '',
  ]
  return `| ${cells.join(' | ')} |`
}

const code = (text: string): string =>
  `\`${(text.length > 160 ? `${text.slice(0, 160)}…` : text).replaceAll('|', '\\|').replaceAll('`', "'")}\``
