import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pack, project, root, run } from '../../../scripts/packed.mjs'
import { flags, misused, unknownOf } from '../flags.ts'
import { type Cell, ISOLATED_VM, NODES, PAIRS } from './cells.ts'
import { isMissing, kitOfToday } from './kit.ts'
import { intoReadme, markdownOf } from './page.ts'
import { runCell } from './run-cell.ts'

const USAGE = `usage: pnpm matrix [--node ${NODES.join('|')}] [--pair part-of-its-name] [--missing] [--pages]
  --missing  only what is not in docs/matrix.json, did not hold, or was made with another kit than today's
  --pages    only write the pages anew from docs/matrix.json`
const values = flags(USAGE, {
  node: { type: 'string', multiple: true },
  pair: { type: 'string', multiple: true },
  missing: { type: 'boolean' },
  pages: { type: 'boolean' },
})
const noNode = unknownOf(values.node, (node) => NODES.some((one) => one === node))
const noPair = unknownOf(values.pair, (word) => PAIRS.some(({ name }) => name.includes(word)))
if (noNode !== undefined) misused(USAGE, `There is no Node ${noNode} in the matrix.`)
if (noPair !== undefined) misused(USAGE, `There is no pair with ${noPair} in its name.`)
const nodes = NODES.filter((node) => values.node?.includes(node) ?? true)
const pairs = PAIRS.filter(({ name }) => values.pair?.some((word) => name.includes(word)) ?? true)

const file = fileURLToPath(new URL('../../../docs/matrix.json', import.meta.url))
const cells: Record<string, Cell> = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Cell>) : {}

/** What was measured is kept at once: a run that is cut off loses one cell. */
function keep(node: string, cell: Cell): void {
  cells[`${node}: ${cell.pair}`] = cell
  const ordered = NODES.flatMap((major) => PAIRS.map(({ name }) => `${major}: ${name}`)).filter((key) => key in cells)
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(ordered.map((key) => [key, cells[key]])), null, 2)}\n`)
}

/** Those that are to be run: with `--missing` only what is not there, did not hold, or is of another kit. */
const today = kitOfToday()
const wanted = pairs.flatMap((pair) =>
  nodes.filter((node) => values.missing !== true || isMissing(cells[`${node}: ${pair.name}`], today)).map((node) => ({ pair, node })),
)
if (values.pages !== true && wanted.length > 0) {
  const packed = pack()
  const installed = new Map<string, { at: string; binary: string }>()
  const install = (node: string): { at: string; binary: string } => {
    const at = project(packed, `node-${node}`, undefined, { 'isolated-vm': ISOLATED_VM[node] })
    run(at, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts')
    return { at, binary: run(at, 'npx', '-y', '-p', `node@${node}`, 'node', '-p', 'process.execPath').trim() }
  }
  try {
    for (const { pair, node } of wanted) {
      const { at, binary } = installed.get(node) ?? install(node)
      installed.set(node, { at, binary })
      const cell = runCell(at, binary, pair)
      keep(node, cell)
      console.log(`Node ${cell.node} ${cell.pair}: ${cell.problem ?? (cell.report?.conforms ? 'holds' : cell.report?.wrong.join('\n  '))}`)
    }
  } finally {
    packed.remove()
  }
}

const all = Object.values(cells)
writeFileSync(`${root}docs/matrix.md`, markdownOf(all))
writeFileSync(`${root}README.md`, intoReadme(readFileSync(`${root}README.md`, 'utf8'), all))
process.exitCode = all.every(({ report }) => report?.conforms === true) ? 0 : 1
