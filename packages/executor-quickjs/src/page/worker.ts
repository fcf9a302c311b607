/** The script of a worker in which QuickJS has its cells. */
import { sourceTools } from '@beddel/core/engine'
import { serveCells } from '@beddel/page-host/worker'
import { quickJsCells } from '../cell.js'
import type { Fixed } from '../fixed.js'

/** A browser's worker has a smaller stack than a process of ours: QuickJS's own must end first, so that guests can catch it. */
const STACK_BYTES = 192 * 1024

export interface Boot {
  /** QuickJS itself. Not compiled: a module does not cross to another origin. */
  binary: Uint8Array<ArrayBuffer>
  fixed: Fixed
}

type Package = Parameters<typeof sourceTools>[0] extends () => infer P ? P : never

serveCells<Boot>(({ binary, fixed }) => {
  let tools: Package | undefined
  return {
    cells: quickJsCells(() => new WebAssembly.Module(binary), fixed, STACK_BYTES),
    // oxlint-disable-next-line no-eval -- text that the page's own code has brought along
    tools: (text) => sourceTools(() => (tools ??= (0, eval)(text as string) as Package)),
  }
})
