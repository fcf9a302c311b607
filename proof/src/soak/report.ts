import { availableParallelism } from 'node:os'
import { plot } from './plot.ts'
import type { SoakResult } from './soak.ts'
import type { Verdict } from './verdict.ts'

export function svgOf({ samples, seconds }: SoakResult): string {
  const line = (name: string, colour: string, of: (sample: SoakResult['samples'][number]) => number) => ({
    name,
    colour,
    points: samples.map((sample) => [sample.at, of(sample)] as const),
  })
  return plot(
    [
      {
        title: 'Memory of the host',
        unit: 'MiB',
        lines: [line('resident', '#888', ({ resident }) => resident), line('heap and buffers', '#0a58ca', ({ heap }) => heap)],
      },
      {
        title: 'Memory of its children, together',
        unit: 'MiB',
        lines: [line('resident', '#7a3e9d', ({ childrenResident }) => childrenResident)],
      },
      {
        title: 'Latency of the good guests',
        unit: 'ms',
        lines: [line('99th percentile', '#d9822b', ({ p99 }) => p99), line('median', '#1a7f37', ({ p50 }) => p50)],
      },
    ],
    seconds,
  )
}

export function markdownOf(result: SoakResult, { slope, drift, problems }: Verdict): string {
  const { runs, seconds, byEngine, killed, replaced, wrong, late, samples, left } = result
  const most = (of: (sample: (typeof samples)[number]) => number): number => Math.max(...samples.map(of))
  const row = (what: string, figure: string): string => `| ${what} | ${figure} |`
  return `# Soak

\`pnpm soak\` runs mixed tenants and guests, good and hostile, over several engines for ten minutes (\`--time <seconds>\`), kills a random child every 3 seconds, replaces an executor every 15,
and compares every answer with an oracle. It ends with 1 where an answer is wrong, a run is late, memory or latency climbs, or a process or handle is left. CI runs it for 60 seconds.

Last run: ${new Date().toISOString().slice(0, 10)}, ${Math.round(seconds)} s, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores. ${problems.length === 0 ? 'Nothing was found.' : `Found: ${problems.slice(0, 5).join('; ')}.`}

| | |
|---|---|
${[
  row(
    'runs',
    `${runs} (${Object.entries(byEngine)
      .map(([engine, count]) => `${engine} ${count}`)
      .join(', ')})`,
  ),
  row('children killed, executors replaced', `${killed}, ${replaced}`),
  row('wrong answers or endings, late runs', `${wrong.length}, ${late.length}`),
  row('slope of the host’s heap and buffers, second half', `${slope.toFixed(2)} MiB a minute`),
  row('host’s resident memory, highest', `${most(({ resident }) => resident).toFixed(0)} MiB`),
  row(
    'children at the same time, highest; their memory',
    `${most(({ children }) => children)}; ${most(({ childrenResident }) => childrenResident).toFixed(0)} MiB`,
  ),
  row('handles of the host, highest', `${most(({ handles }) => handles)}`),
  row('median latency, last quarter over second', drift.toFixed(2)),
  row('left afterwards: processes, handles', `${left.children}, ${left.handles.length}`),
].join('\n')}

![Memory and latency over the run](soak.svg)
`
}
