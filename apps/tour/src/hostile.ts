import { SandboxAdapter } from '@beddel/sandbox-adapter'
import { HostWatch } from './host-watch.ts'
import type { HostileGuest } from './hostile-guests.ts'
import { Neighbour, type NeighbourFigures } from './neighbour.ts'
import { bad, dim, good, MB, mb, type Print, section } from './print.ts'

const MiB = 2 ** 20
export const LIMITS = { timeoutMs: 1_000, memoryBytes: 16 * MiB }
/** What the tour holds the host to. */
export const BOUNDS = {
  /** After a guest's time is up. */
  graceMs: 250,
  stalledMs: 100,
  growthBytes: 50 * MB,
}
const CODE_WIDTH = 48

export interface HostileFigures {
  guests: number
  lateMs: number
  stalledMs: number
  growthBytes: number
  neighbour: NeighbourFigures
  problems: string[]
}

/** Runs guests that would end or wedge a process, one after another, beside a well-behaved one, and watches this process. */
export async function runHostile(guests: readonly HostileGuest[], print: Print): Promise<HostileFigures> {
  print(section(`Guests that end or wedge a process: ${LIMITS.timeoutMs} ms and ${LIMITS.memoryBytes / MiB} MiB each, no engine named`))
  print(
    dim(
      `  ${'guest'.padEnd(CODE_WIDTH)}  ${'ended in'.padEnd(19)}  ${'after'.padStart(7)}  ${'host stall'.padStart(9)}  host RSS   raw isolated-vm`,
    ),
  )
  print(dim('  (last column: seen apart from this tour, isolated-vm 7.0.1 in the host process, Node 24.21)'))
  await using sandbox = new SandboxAdapter({ limits: LIMITS, config: false })
  await using withWasm = new SandboxAdapter({ limits: LIMITS, wasm: true, config: false })
  // Two children are up before anybody looks at this process.
  await Promise.all([sandbox.run('1'), sandbox.run('1'), withWasm.run('1').catch(() => {})])
  const neighbour = new Neighbour(sandbox)
  using watch = new HostWatch()
  const before = watch.look().residentBytes
  const figures = { lateMs: 0, stalledMs: 0, growthBytes: 0, problems: [] as string[] }
  for (const guest of guests) {
    const startedAt = performance.now()
    const ending = await endingOf(guest.wasm === true ? withWasm : sandbox, guest.code)
    const took = performance.now() - startedAt
    const { lateMs, stalledMs, residentBytes } = watch.look()
    figures.lateMs = Math.max(figures.lateMs, lateMs)
    figures.stalledMs = Math.max(figures.stalledMs, stalledMs)
    figures.growthBytes = Math.max(figures.growthBytes, residentBytes - before)
    const wrong = judge(guest, ending, took, stalledMs)
    if (wrong !== undefined) figures.problems.push(`${guest.code}: ${wrong}`)
    const line = [
      `  ${guest.code.slice(0, CODE_WIDTH).padEnd(CODE_WIDTH)}`,
      (wrong === undefined ? good : bad)(ending.code.padEnd(19)),
      `${took.toFixed(0).padStart(4)} ms`,
      `${stalledMs.toFixed(0).padStart(6)} ms`,
      mb(residentBytes).padStart(8),
      `  ${dim(guest.raw)}${wrong === undefined ? '' : bad(`  ${wrong}`)}`,
    ]
    print(line.join('  '))
  }
  const met = await neighbour.stop()
  if (met.wrong > 0) figures.problems.push(`the well-behaved guest missed ${met.wrong} answers`)
  if (figures.growthBytes > BOUNDS.growthBytes) figures.problems.push(`the host grew by ${mb(figures.growthBytes)}`)
  return { guests: guests.length, neighbour: met, ...figures }
}

interface HostileEnding {
  code: string
  message: string
}

async function endingOf(sandbox: SandboxAdapter, code: string): Promise<HostileEnding> {
  try {
    const outcome = await sandbox.tryRun(code)
    return outcome.success ? { code: 'a value', message: 'it came to an end' } : outcome.error
  } catch (error) {
    return { code: 'not run', message: error instanceof Error ? error.message : String(error) }
  }
}

function judge({ allowed }: HostileGuest, ending: HostileEnding, took: number, stalledMs: number): string | undefined {
  if (!allowed.some((code) => code === ending.code)) return `expected ${allowed.join(' or ')}, not ${ending.code}: ${ending.message}`
  if (took > LIMITS.timeoutMs + BOUNDS.graceMs) return `settled ${(took - LIMITS.timeoutMs).toFixed(0)} ms after its time was up`
  if (stalledMs > BOUNDS.stalledMs) return `the host's event loop stood still for ${stalledMs.toFixed(0)} ms`
  return undefined
}
