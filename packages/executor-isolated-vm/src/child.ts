import { createRequire } from 'node:module'
import { sourceTools } from '@beddel/core/engine'
import { childConfig, serveCells } from '@beddel/process-host/child'
import { isolatedVmCells, type SourceRewriting } from './cell.js'
import { loadLibrary } from './library.js'

const require = createRequire(import.meta.url)
serveCells(
  isolatedVmCells(
    () => loadLibrary(childConfig().args?.[0]),
    () => require('./imports.js') as SourceRewriting,
  ),
  () => sourceTools(() => require('./source.js') as never),
)
