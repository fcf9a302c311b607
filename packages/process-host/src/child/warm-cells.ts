import type { Cell, CellFactory, CellOptions } from '@beddel/core/engine'

/** Cells made ahead of demand, each for one run. They have the shape of the latest run, at first the default one. */
export class WarmCells {
  readonly #cells: Cell[] = []
  #shape: string

  constructor(
    readonly factory: CellFactory,
    public options: CellOptions,
    readonly target: number,
  ) {
    this.#shape = shapeOf(options)
  }

  take(options: CellOptions): Cell {
    const shape = shapeOf(options)
    if (shape !== this.#shape) {
      for (const cell of this.#cells.splice(0)) cell.dispose()
      this.options = options
      this.#shape = shape
    }
    return this.#cells.pop() ?? this.factory.create(options)
  }

  /** Makes one cell where one is missing; `false` where none was. */
  refill(): boolean {
    if (this.#cells.length >= this.target) return false
    this.#cells.push(this.factory.create(this.options))
    return true
  }
}

function shapeOf({ memoryBytes, codegen, wasm, web, hideHostFrames }: CellOptions): string {
  return `${memoryBytes}:${codegen}:${wasm}:${web}:${hideHostFrames}`
}
