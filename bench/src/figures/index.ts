import type { Figure } from '../figure.ts'
import { audit } from './audit.ts'
import { bigJson } from './big-json.ts'
import { compiledContext } from './compiled-context.ts'
import { freshLatency } from './fresh-latency.ts'
import { freshPeers } from './fresh-peers.ts'
import { freshThroughput } from './fresh-throughput.ts'
import { inProcessSync } from './in-process-sync.ts'
import { memory } from './memory.ts'
import { quickjsFresh } from './quickjs-fresh.ts'
import { sessionCall } from './session-call.ts'
import { start } from './start.ts'

import { vm2DropIn } from './vm2-drop-in.ts'

export const FIGURES: readonly Figure[] = [
  freshThroughput,
  freshLatency,
  compiledContext,
  sessionCall,
  inProcessSync,
  freshPeers,
  quickjsFresh,
  start,
  bigJson,
  memory,
  vm2DropIn,
  audit,
]
