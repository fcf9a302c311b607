import type { ErrorCode } from '@beddel/sandbox-adapter'

export interface HostileGuest {
  code: string
  /** How it may end. Where memory and time race, either may win. */
  allowed: readonly ErrorCode[]
  /** What it does to isolated-vm used directly, inside the host (measured on Node 24, isolated-vm 7). */
  raw: string
  /** It needs WebAssembly. */
  wasm?: boolean
}

const TIME = ['BEDDEL_TIMEOUT'] as const
const EITHER = ['BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT'] as const

const ABORTS = 'aborts the host'
const NEVER_SETTLES = 'never settles'

export const HOSTILE_GUESTS: readonly HostileGuest[] = [
  { code: 'Array(1e9).fill(0)', allowed: EITHER, raw: ABORTS },
  { code: 'const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])', allowed: EITHER, raw: ABORTS },
  { code: "const o = {}; for (let i = 0; i < 1e6; i++) o['k' + i] = i", allowed: EITHER, raw: ABORTS },
  { code: "'a'.repeat(2 ** 28).split('')", allowed: EITHER, raw: ABORTS },
  { code: 'new Array(2 ** 27).fill(0)', allowed: EITHER, raw: NEVER_SETTLES },
  { code: "JSON.parse('[' + '1,'.repeat(3e7) + '1]')", allowed: EITHER, raw: NEVER_SETTLES },
  { code: 'for (;;) new Array(1000).fill(1.1)', allowed: TIME, raw: 'never stops' },
  { code: 'const a = []; for (;;) a.push([1, 2, 3].map((x) => x * 1.5))', allowed: EITHER, raw: '1 GB in 6 s, no limit holds' },
  { code: 'Array.from({ length: 3e7 }, (_, i) => -i).sort()', allowed: EITHER, raw: '433 MB under an 8 MB limit' },
  {
    code: 'const m = new WebAssembly.Memory({ initial: 0 }); for (;;) { m.grow(256); new Uint8Array(m.buffer).fill(1) }',
    allowed: EITHER,
    raw: '641 MB under a 16 MB limit',
    wasm: true,
  },
  { code: 'new Promise(() => {})', allowed: TIME, raw: 'pending for ever' },
  { code: 'new Array(2 ** 32 - 1).indexOf(5)', allowed: TIME, raw: 'runs for a minute' },
]
