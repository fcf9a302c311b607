import { createRequire } from 'node:module'
import { sourceTools } from '@beddel/core/engine'
import { childConfig, serveCells } from '@beddel/process-host/child'
import { loadBinary } from './binary.js'
import { quickJsCells } from './cell.js'
import type { Fixed } from './fixed.js'

const require = createRequire(import.meta.url)
const [path, fixed] = childConfig().args as [string, string]
serveCells(
  quickJsCells(() => loadBinary(path), JSON.parse(fixed) as Fixed),
  () => sourceTools(() => require('./source.js') as never),
)
