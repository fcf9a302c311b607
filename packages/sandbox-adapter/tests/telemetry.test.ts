import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
// First of all: what is registered later must still be found.
import { createExecutor, SandboxAdapter } from '../dist/index.js'
import { metrics, trace } from '@opentelemetry/api'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

const sandbox = new SandboxAdapter({ policies: [{ name: 'counts', check: () => ({ allow: true, threats: 2 }) }] })
const spans = new InMemorySpanExporter()
const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: figures, exportIntervalMillis: 1e6 })] })

beforeAll(async () => {
  // A run without an SDK first: instruments that were made now would stay silent for ever.
  expect(await sandbox.run('1')).toBe(1)
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }))
  metrics.setGlobalMeterProvider(meters)
})
afterEach(() => spans.reset())
afterAll(async () => {
  trace.disable()
  metrics.disable()
  await sandbox.dispose()
})

test('a run is a span with its facts', async () => {
  const outcome = await sandbox.tryRun('1 + 1', { tenant: 'a tenant' })
  const [span, ...more] = spans.getFinishedSpans()
  expect(more).toEqual([])
  expect(span?.name).toBe('security.isolate.execute')
  expect(span?.attributes).toEqual({
    'security.executor.type': 'isolated-vm',
    'security.execution.id': outcome.executionId,
    'security.code.hash': outcome.codeHash,
    'security.threats.count': 2,
    'security.execution.duration': outcome.duration,
    'security.execution.success': true,
  })
})

test('a failure is an error of the span, by its code and without the words of the guest', async () => {
  await sandbox.tryRun('throw new Error("a secret")')
  await sandbox.run('1', { tenent: 1 } as never).catch(() => {})
  const [thrown] = spans.getFinishedSpans()
  expect(thrown?.attributes).toMatchObject({ 'security.execution.success': false, 'error.type': 'BEDDEL_GUEST_THROWN' })
  expect(thrown?.status).toMatchObject({ message: 'BEDDEL_GUEST_THROWN' })
  expect(JSON.stringify([thrown?.attributes, thrown?.events, thrown?.status])).not.toContain('secret')
})

test('synchronous runs, programs, sessions and executors are spans too', async () => {
  sandbox.runSync('1')
  const program = await sandbox.compile('1')
  await program.run()
  const session = await sandbox.session()
  await session.run('var f = () => 1')
  await using executor = await createExecutor('quickjs', { timeout: 5_000 })
  await executor.run('1')
  expect(spans.getFinishedSpans().map((span) => span.attributes['security.executor.type'])).toEqual([
    'isolated-vm',
    'isolated-vm',
    'isolated-vm',
    'quickjs',
  ])
})

test('no threats are reported where nobody looked for any', async () => {
  await using plain = new SandboxAdapter()
  await plain.run('1')
  expect(Object.keys(spans.getFinishedSpans()[0]?.attributes ?? {})).not.toContain('security.threats.count')
})

test('figures go to a meter that was registered after the first run', async () => {
  figures.reset()
  await sandbox.tryRun('1')
  await sandbox.tryRun('throw 1')
  await meters.forceFlush()
  const all = figures.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
  const named = (name: string) => all.find(({ descriptor }) => descriptor.name === name)
  const outcomes = named('beddel.run.duration')?.dataPoints.map(({ attributes }) => attributes)
  expect(outcomes).toContainEqual({ 'beddel.engine': 'isolated-vm', 'beddel.outcome': 'ok' })
  expect(outcomes).toContainEqual({ 'beddel.engine': 'isolated-vm', 'beddel.outcome': 'BEDDEL_GUEST_THROWN' })
  expect(named('beddel.run.duration')?.descriptor.unit).toBe('s')
  expect(named('beddel.run.memory')?.dataPoints.length).toBeGreaterThan(0)
  expect(named('beddel.run.active')?.dataPoints.map(({ value }) => value)).toEqual(
    [0, 0].slice(0, named('beddel.run.active')?.dataPoints.length),
  )
})
