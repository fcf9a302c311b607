import type { ConformanceReport } from '@beddel/conformance'
import { tryRun } from '../../../scripts/packed.mjs'
import type { Cell, Pair } from './cells.ts'
import { kitOf } from './kit.ts'

/** Runs the kit, as it is installed in a project, with one Node over one engine. */
export function runCell(project: string, node: string, { name, engine, options }: Pair): Cell {
  const main = `${project}/node_modules/@beddel/cli/dist/main.js`
  const { status, stdout, stderr } = tryRun(
    project,
    node,
    main,
    'conformance',
    '--engine',
    engine,
    '--options',
    JSON.stringify(options),
    '--json',
  )
  const version = tryRun(project, node, '-p', 'process.versions.node').stdout.trim()
  const common = { pair: name, node: version, date: new Date().toISOString().slice(0, 10) }
  if (status !== 0 && status !== 1) return { ...common, problem: stderr.trim().split('\n').at(-1) ?? `exit code ${status}` }
  const { conforms, capabilities, suites, attacks, figures } = JSON.parse(stdout) as ConformanceReport
  const wrong = [
    ...suites.results.filter(({ passed }) => !passed).map(({ id, why }) => `${id}: ${why}`),
    ...attacks.results
      .filter(({ standing }) => standing === 'breached' || standing === 'fault')
      .map(({ id, standing, why }) => `${id} ${standing}: ${why}`),
  ].map((text) => text.slice(0, 200))
  const { stallMs, latestMs } = attacks.worst
  return {
    ...common,
    // Of the kit that was installed and ran, not of the one that stands here.
    kit: kitOf(
      suites.results.map(({ id }) => id),
      attacks.results.map(({ id }) => id),
    ),
    report: {
      conforms,
      capabilities: capabilities as never,
      suites: { passed: suites.passed, failed: suites.failed },
      attacks: attacks.counts,
      worst: { stallMs: Math.round(stallMs), latestMs: Math.round(latestMs) },
      figures: figures.map(({ name: figure, unit, limit, reached, endings }) => ({
        name: figure,
        unit,
        limit,
        ...(reached !== undefined && { reached: Math.round(reached) }),
        endings: [...new Set(endings)],
      })),
      wrong,
    },
  }
}
