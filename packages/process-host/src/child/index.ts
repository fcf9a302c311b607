import type { CellFactory, CellOptions, SourceTools } from '@beddel/core/engine'
import { CellServer } from './cell-server.js'
import { BlockingPipe } from './pipe.js'
import { startWatchdog } from './watchdog.js'

export { startWatchdog, type Watchdog } from './watchdog.js'

/** A turn of the event loop takes as long as a quarter of a short call. */
const TURN_EVERY_MS = 1

/** What the host tells a child through its arguments. */
export interface ChildConfig {
  cells: CellOptions
  warmCells: number
  /** What the watchdog writes before it kills the child for memory. */
  mark: string
  /** For the engine's own entry. */
  args?: readonly string[]
}

/** The configuration in this process's arguments. */
export function childConfig(): ChildConfig {
  return JSON.parse(process.argv[2] as string) as ChildConfig
}

/** The main program of a child: makes cells of the engine ahead of demand and runs what the host sends. */
export function serveCells(factory: CellFactory, tools: () => SourceTools, version?: string): void {
  const { cells, warmCells, mark } = childConfig()
  const server = new CellServer(factory, tools, new BlockingPipe(), startWatchdog(mark), cells, warmCells)
  server.open(version)
  // The event loop turns between frames, isolates report their disposal through it; but not for each of many short calls.
  const turn = (): void => {
    const until = performance.now() + TURN_EVERY_MS
    while (server.step() && performance.now() < until);
    setImmediate(turn)
  }
  turn()
}
