import type { Cell, CellOptions } from '@beddel/core/engine'

/** Cells made ahead of demand, each for one run. They have the shape of the latest run, at first the default one. */
export class WarmCells {
  readonly #cells: Cell[] = []
  #shape: string

  constructor(
    readonly make: (options: CellOptions) => Cell,
    public options: CellOptions,
    readonly target: number,
  ) {
    this.#shape = shapeOf(options)
  }

  take(options: CellOptions): Cell {
    const shape = shapeOf(options)
    if (shape !== this.#shape) {
      this.clear()
      this.options = options
      this.#shape = shape
    }
    return this.#cells.pop() ?? this.make(options)
  }

  clear(): void {
    for (const cell of this.#cells.splice(0)) cell.dispose()
  }

  /** Makes one cell where one is missing; `false` where none was. */
  refill(): boolean {
    if (this.#cells.length >= this.target) return false
    this.#cells.push(this.make(this.options))
    return true
  }
}

function shapeOf({ memoryBytes, codegen, wasm, web, hideHostFrames }: CellOptions): string {
  return `${memoryBytes}:${codegen}:${wasm}:${web}:${hideHostFrames}`
}
