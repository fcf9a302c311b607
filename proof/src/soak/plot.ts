interface Line {
  name: string
  colour: string
  points: readonly (readonly [x: number, y: number])[]
}

interface Panel {
  title: string
  unit: string
  lines: readonly Line[]
}

const WIDTH = 860
const HEIGHT = 220
const LEFT = 64
const BOTTOM = 30
const TOP = 34

/** Panels one below the other over the same seconds, as SVG. */
export function plot(panels: readonly Panel[], seconds: number): string {
  const style =
    'text{font:12px system-ui,sans-serif;fill:#444}.t{font-weight:600;fill:#111}path{fill:none;stroke-width:1.5}.g{stroke:#ddd;stroke-width:1}'
  const body = panels.map((panel, i) => `<g transform="translate(0 ${i * HEIGHT})">${panelSvg(panel, seconds)}</g>`)
  const height = panels.length * HEIGHT
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>${body.join('')}</svg>\n`
}

function panelSvg({ title, unit, lines }: Panel, seconds: number): string {
  const top = niceTop(Math.max(1, ...lines.flatMap(({ points }) => points.map(([, y]) => y))))
  const x = (at: number): string => (LEFT + (at / seconds) * (WIDTH - LEFT - 16)).toFixed(1)
  const y = (value: number): string => (HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP)).toFixed(1)
  const parts = [`<text class="t" x="${LEFT}" y="18">${title}</text>`]
  for (let i = 0; i <= 4; i++) {
    const value = (top / 4) * i
    parts.push(
      `<path class="g" d="M${LEFT} ${y(value)}H${WIDTH - 16}"/><text x="${LEFT - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${Number(value.toFixed(1))} ${unit}</text>`,
    )
  }
  for (let i = 0; i <= 5; i++) {
    const at = (seconds / 5) * i
    parts.push(`<text x="${x(at)}" y="${HEIGHT - 10}" text-anchor="middle">${Math.round(at)} s</text>`)
  }
  lines.forEach(({ name, colour, points }, i) => {
    const d = points.map(([at, value], k) => `${k === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('')
    parts.push(
      `<path stroke="${colour}" d="${d}"/><text x="${WIDTH - 24 - (lines.length - 1 - i) * 150}" y="18" text-anchor="end" style="fill:${colour}">${name}</text>`,
    )
  })
  return parts.join('')
}

/** The next 1, 2, 2.5 or 5 times a power of ten. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power
}
