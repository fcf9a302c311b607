import { past } from '../state.ts'
import { duration, quantile } from './figures.ts'
import { enginesSeen, seriesColor } from './series.ts'

/** The chart in figures, and its legend. */
export const LatencyTable = () => (
  <table>
    <caption>Milliseconds from admission to the ending, by engine</caption>
    <thead>
      <tr>
        <th scope="col">engine</th>
        <th scope="col">runs</th>
        <th scope="col">failed</th>
        <th scope="col">median</th>
        <th scope="col">p95</th>
      </tr>
    </thead>
    <tbody>
      {enginesSeen.value.map((engine, i) => {
        const runs = past.value.filter((one) => one.engine === engine)
        const sorted = runs.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
        return (
          <tr key={engine}>
            <th scope="row">
              <i class="swatch" style={{ backgroundColor: seriesColor(i) }} /> {engine}
            </th>
            <td>{runs.length}</td>
            <td>{runs.filter(({ ended }) => ended !== 'ok').length}</td>
            <td>{duration(quantile(sorted, 0.5))}</td>
            <td>{duration(quantile(sorted, 0.95))}</td>
          </tr>
        )
      })}
    </tbody>
  </table>
)
