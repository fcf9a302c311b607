import { type Cell, NODES, PAIRS } from './cells.ts'
import { kitOfCell } from './kit.ts'

type Report = NonNullable<Cell['report']>

const MARKS = ['<!-- matrix: written by `pnpm matrix` -->', '<!-- /matrix -->'] as const

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const of = (cells: readonly Cell[], pair: string, major: string): Cell | undefined =>
  cells.find((cell) => cell.pair === pair && cell.node.startsWith(`${major}.`))

const rows = (cells: readonly Cell[], show: (cell: Cell) => string): string[][] =>
  PAIRS.map(({ name }) => [
    name,
    ...NODES.map((major) => {
      const cell = of(cells, name, major)
      return cell === undefined ? 'not run' : cell.report === undefined ? `not usable: ${cell.problem}` : show(cell)
    }),
  ])

const heads = (cells: readonly Cell[], first: string): string[] => [
  first,
  ...NODES.map((major) => `Node ${cells.find(({ node }) => node.startsWith(`${major}.`))?.node ?? major}`),
]

function passed({ report }: Cell): string {
  const { suites, attacks } = report as Report
  const performed = attacks.held + attacks.declared + attacks.refused
  const total = performed + attacks.breached + attacks.fault
  return `${suites.passed} of ${suites.passed + suites.failed} tests, ${performed} of ${total} attacks`
}

const runOn = (cell: Cell): string => {
  const kit = kitOfCell(cell)
  return `${cell.date}: ${kit?.tests} tests, ${kit?.attacks} attacks`
}

/** When the cells were made, for whoever sees only some of them; they are not all of one day. */
function days(cells: readonly Cell[]): string {
  const dates = cells.map(({ date }) => date).toSorted()
  const [first, last] = [dates[0] ?? 'never', dates.at(-1) ?? 'never']
  return first === last ? `on ${first}` : `from ${first} to ${last}`
}

const kits = (cells: readonly Cell[]): number =>
  new Set(cells.map(kitOfCell).map((kit) => kit && `${kit.tests} ${kit.attacks} ${kit.hash}`)).size

function attacks({ report }: Cell): string {
  const { held, declared, refused, breached, fault } = (report as Report).attacks
  return `${held} held, ${declared} declared, ${refused} refused${breached > 0 ? `, **${breached} breached**` : ''}${fault > 0 ? `, **${fault} not performed**` : ''}`
}

const yes = (value: unknown): string => (value === true ? 'yes' : value === false ? 'no' : String(value))

function declared(cells: readonly Cell[]): string {
  const found = PAIRS.map(({ name }) => cells.find((cell) => cell.pair === name && cell.report !== undefined)).filter(
    (cell) => cell !== undefined,
  )
  const line = (title: string, value: (report: Report) => string): string[] => [title, ...found.map((cell) => value(cell.report as Report))]
  const limit =
    (name: string) =>
    (report: Report): string =>
      report.capabilities.limits[name]?.enforced ?? 'none'
  return table(
    ['', ...found.map(({ pair }) => pair)],
    [
      line('boundary', ({ capabilities }) => yes(capabilities.boundary)),
      line('survives its guests', ({ capabilities }) => yes(capabilities.survivesGuest)),
      line('isolation', ({ capabilities }) => yes(capabilities.isolation)),
      ...['wall', 'cpu', 'heap', 'externalMemory', 'stack', 'operations'].map((name) => line(`limit: ${name}`, limit(name))),
      line('host calls', ({ capabilities }) => yes(capabilities.hostCalls)),
      ...['modules', 'typescript', 'wasm', 'codegen', 'session', 'compile', 'runSync'].map((name) =>
        line(name, ({ capabilities }) => yes(capabilities[name])),
      ),
      line('Intl', ({ capabilities }) => yes(capabilities.intl)),
    ],
  )
}

function figure(cell: Cell, name: string): string {
  const found = (cell.report as Report).figures.find((one) => one.name === name)
  if (found === undefined) return 'not enforced'
  return found.reached === undefined ? `not held: ${found.endings.join(', ')}` : `${found.reached} ${found.unit}`
}

/** docs/matrix.md */
export function markdownOf(cells: readonly Cell[]): string {
  const wrong = cells.flatMap(({ pair, node, report }) =>
    (report?.wrong ?? []).map((text) => `- Node ${node}, ${pair}: ${text.replaceAll(/\s+/g, ' ')}`),
  )
  const figures = [
    [
      'timeoutMs',
      '`timeoutMs`, of 300 ms',
      'The latest of six guests that never end: a loop, an optimised loop, awaits, a pending promise, `join` of an endless array, a regular expression.',
    ],
    [
      'memoryBytes, heap',
      '`memoryBytes`, of 32 MiB, on the heap',
      'How many mebibytes of arrays a guest had, by its own reports to the host.',
    ],
    ['memoryBytes, buffers', '`memoryBytes`, of 32 MiB, in buffers', 'The same with typed arrays.'],
    [
      'operations',
      '`operations`, of 10 000',
      'How many turns of a loop printed their number. An engine that counts operations of its own, and not loop turns and function entries, counts what the printing costs too.',
    ],
  ] as const
  return `# Matrix

What the conformance kit says about each engine and placement on each Node. \`pnpm matrix\` packs the packages, installs the tarballs, runs \`beddel-sandbox conformance --json\` with
npm's builds of Node, and writes this page and the README's table (\`--node 24\`, \`--pair quickjs\` for a part of it; \`--missing\` for the cells that are not there, did not hold, or were made with another kit than today's).
Run ${days(cells)}, [each cell by itself](#run-on); the data are in [matrix.json](matrix.json).

## Passed

${table(heads(cells, ''), rows(cells, passed))}

## Run on

The day of each cell, and how many tests and attacks the kit had then${kits(cells) > 1 ? ': cells of different kits stand side by side' : ''}.

${table(heads(cells, ''), rows(cells, runOn))}

## What came of the attacks

*Held*: nothing was breached. *Declared*: something was, and the capabilities say that it may be. *Refused*: the engine does not declare what the attack needs and refused it. What each attack
tries is in [security/attacks.md](security/attacks.md).

${table(heads(cells, ''), rows(cells, attacks))}

${wrong.length === 0 ? 'No declared property was found not to hold.' : `What was found not to hold:\n\n${wrong.join('\n')}`}

## Declared

The same on every Node.

${declared(cells)}

## Limits, as they were really held

${figures
  .map(
    ([name, title, what]) =>
      `### ${title}\n\n${what}\n\n${table(
        heads(cells, ''),
        rows(cells, (cell) => figure(cell, name)),
      )}`,
  )
  .join('\n\n')}
`
}

/** The README with its table written anew. */
export function intoReadme(readme: string, cells: readonly Cell[]): string {
  const [open, close] = MARKS
  const from = readme.indexOf(open)
  const to = readme.indexOf(close)
  if (from < 0 || to < from) throw new Error('README.md has no place for the matrix')
  const body = `${table(
    heads(cells, 'engine'),
    rows(cells, (cell) => `${(cell.report as Report).conforms ? '' : '**not all:** '}${passed(cell)}`),
  )}`
  const when = `Run ${days(cells)}, [each cell by itself](docs/matrix.md#run-on)${kits(cells) > 1 ? '; where there are fewer tests, with an older kit' : ''}.`
  return `${readme.slice(0, from + open.length)}\n\n${body}\n\n${when}\n\n${readme.slice(to)}`
}
