import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { past } from '../state.ts'
import { theme } from '../theme.ts'
import { enginesSeen, seriesColor } from './series.ts'

const HEIGHT = 150

/** How long each run took, on a logarithmic scale: a timeout and a warm start are far apart. */
export function LatencyChart() {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)

  useSignalEffect(() => {
    const element = host.current
    if (element === null) return
    const engines = enginesSeen.value
    const data = dataOf(engines)
    if (plot.current?.series.length === engines.length + 1) {
      plot.current.setData(data)
      return
    }
    plot.current?.destroy()
    plot.current = new uPlot(optionsOf(engines, element.clientWidth), data, element)
  })
  useSignalEffect(() => {
    // Colours are read when it is drawn.
    void theme.value
    plot.current?.redraw(false, true)
  })
  useEffect(() => {
    const element = host.current as HTMLDivElement
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }))
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const redraw = (): void => plot.current?.redraw(false, true)
    sized.observe(element)
    dark.addEventListener('change', redraw)
    return () => {
      sized.disconnect()
      dark.removeEventListener('change', redraw)
      plot.current?.destroy()
    }
  }, [])
  return <div class="chart" ref={host} role="img" aria-label="Latency of the runs so far; the table below has it in figures" />
}

function dataOf(engines: readonly string[]): uPlot.AlignedData {
  const runs = past.value
  return [runs.map(({ number }) => number), ...engines.map((engine) => runs.map((one) => (one.engine === engine ? one.durationMs : null)))]
}

function optionsOf(engines: readonly string[], width: number): uPlot.Options {
  // A logarithmic axis has a line for each step; the powers of ten are enough.
  const powers: uPlot.Axis.Filter = (_, splits) => splits.map((ms) => (Number.isInteger(Math.log10(ms)) ? ms : null))
  const axis = { stroke: () => color('var(--muted)'), font: '11px system-ui', grid: { stroke: () => color('var(--line)'), width: 1 } }
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_, min, max) => [Math.max(min, 1) - 0.5, Math.max(max, min + 9) + 0.5] },
      y: { distr: 3, log: 10 },
    },
    axes: [
      { ...axis, size: 28, ticks: { show: false }, incrs: [1, 2, 5, 10, 20, 50] },
      {
        ...axis,
        grid: { ...axis.grid, filter: powers },
        filter: powers,
        size: 52,
        ticks: { show: false },
        values: (_, splits) => splits.map((ms) => (ms === null ? '' : ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`)),
      },
    ],
    series: [
      {},
      ...engines.map((engine, i) => ({
        label: engine,
        stroke: () => color(seriesColor(i)),
        width: 1.5,
        spanGaps: false,
        points: { show: true, size: 5, fill: () => color(seriesColor(i)) },
      })),
    ],
  }
}

/** What a canvas can draw with: it knows no properties of the page. */
function color(css: string): string {
  probe.style.color = css
  if (!probe.isConnected) document.body.append(probe)
  return getComputedStyle(probe).color
}
const probe = document.createElement('i')
probe.hidden = true
