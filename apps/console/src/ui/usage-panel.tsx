import { past, shown } from '../state.ts'
import { bytes, count, duration } from './figures.ts'
import { LatencyChart } from './latency-chart.tsx'
import { LatencyTable } from './latency-table.tsx'

export function UsagePanel() {
  const { durationMs, usage, unenforced = [], notes = [] } = shown.value?.ending ?? {}
  const figures: [name: string, value: string | undefined][] = [
    ['total', durationMs === undefined ? undefined : duration(durationMs)],
    ['guest', usage?.guestMs === undefined ? undefined : duration(usage.guestMs)],
    ['CPU', usage?.cpuMs === undefined ? undefined : duration(usage.cpuMs)],
    ['memory', usage?.memoryBytes === undefined ? undefined : bytes(usage.memoryBytes)],
    ['operations', usage?.operations === undefined ? undefined : count(usage.operations)],
    ['host calls', usage === undefined ? undefined : count(usage.hostCalls)],
    ['result', usage?.resultBytes === undefined ? undefined : count(usage.resultBytes)],
    ['console', usage === undefined ? undefined : count(usage.logBytes)],
  ]
  return (
    <section class="panel usage">
      <div class="head">
        <h2>Usage</h2>
        {past.value.length > 0 && (
          <button type="button" class="quiet" onClick={() => (past.value = [])}>
            Forget the runs
          </button>
        )}
      </div>
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={value === undefined && usage !== undefined ? 'not measured by this engine' : undefined}>{value ?? '–'}</dd>
          </div>
        ))}
      </dl>
      {unenforced.length > 0 && <p class="hint warn">Defaults that this engine did not hold: {unenforced.join(', ')}.</p>}
      {notes.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
      {past.value.length > 0 && (
        <>
          <LatencyChart />
          <LatencyTable />
        </>
      )}
    </section>
  )
}
