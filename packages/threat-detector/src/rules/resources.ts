import { numberOf } from '../fold/values.js'
import { growsForEver, isProofOfWork } from './loops.js'
import type { Event, Rule } from './rule.js'

/** From here on a single allocation is meant to hurt: 64 Mi items. */
const HUGE = 2 ** 26

const BYTES = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
]

const isHuge = (n: number | undefined): boolean => n !== undefined && n >= HUGE

const hugeLength = ({ args: [first] }: Event): boolean =>
  first?.k === 'obj' ? isHuge(numberOf(first.props.get('length'))) : first?.k === 'num' && isHuge(first.n)

const outOfRange = ({ args: [first] }: Event): boolean => first?.k === 'num' && (first.n < 0 || isHuge(first.n))

export const RESOURCES: readonly Rule[] = [
  {
    id: 'mining-pool',
    pattern: 'CRYPTOMINING',
    on: 'text',
    keys: ['*'],
    when: ({ text }) =>
      /^stratum\+?(?:tcp|ssl|tls)?:\/\/|^wss?:\/\/[^/]*(?:pool|mine|hash)|(?:coin-?hive|cryptoloot|crypto-loot|webminepool|minero\.cc|coinimp|jsecoin|moneroocean|supportxmr|nanopool|minexmr|2miners|f2pool|ethermine|xmrpool)\b/i.test(
        text ?? '',
      ),
    reason: 'A call is given the address of a mining pool.',
    examples: {
      match: [
        `connect('stratum+tcp://pool.example:3333')`,
        `new WebSocket('wss://xmr-pool.example')`,
        `load('https://coinhive.com/lib/x.js')`,
      ],
      no: [`const doc = 'stratum+tcp://pool.example'`, `log('whirlpool')`, `connect('wss://chat.example')`],
    },
  },
  {
    id: 'mining-library',
    pattern: 'CRYPTOMINING',
    on: 'use',
    keys: ['CoinHive.*', 'Coinhive.*', 'CryptoLoot.*', 'CRLT.*', 'deepMiner.*', 'EverythingIsLife.*', 'CoinImp.*', 'JSECoin.*'],
    reason: '{key} is a library that mines.',
    examples: { match: [`new CoinHive.Anonymous('key').start()`], no: [`const CoinHive = 1; CoinHive.toFixed()`, `'CoinHive'`] },
  },
  {
    id: 'mining-module',
    pattern: 'CRYPTOMINING',
    on: 'load',
    keys: ['coin-hive', 'coinhive', 'deepminer', 'xmrig', 'node-miner', 'cryptonight-hashing', 'cryptonight', 'randomx', 'node-randomx'],
    reason: 'The module {key} mines.',
    examples: { match: [`require('coin-hive')`], no: [`require('coin')`] },
  },
  {
    id: 'mining-algorithm',
    pattern: 'CRYPTOMINING',
    on: 'method',
    keys: ['cryptonight', 'cryptonight_hash', 'cn_slow_hash', 'randomx_hash', 'randomx_calculate_hash'],
    reason: '{key} is the hash of a currency that is mined on processors.',
    examples: { match: [`m.cryptonight(blob)`], no: [`m.hash(blob)`] },
  },
  {
    id: 'proof-of-work',
    pattern: 'CRYPTOMINING',
    on: 'loop',
    keys: ['*'],
    when: ({ node }) => isProofOfWork(node),
    reason: 'A loop counts up a number until a hash begins with zeros or is below a target.',
    examples: {
      match: [
        `let nonce = 0, h = ''; while (!h.startsWith('0000')) { nonce++; h = sha256(data + nonce) }`,
        `for (let n = 0; ; n++) { const h = digest(block + n); if (h.substring(0, 5) === '00000') break }`,
        `do { nonce += 1; hash = sha(header, nonce) } while (hash >= target)`,
      ],
      no: [
        `for (let i = 0; i < list.length; i++) hash(list[i])`,
        `while (s.startsWith('0')) s = s.slice(1)`,
        `for (let i = 0; i < n; i++) { if (text[i] === '0') count++ }`,
      ],
    },
  },
  {
    id: 'huge-allocation',
    pattern: 'BUFFER_OVERFLOW',
    on: 'call',
    keys: [
      'Array',
      'Array.from',
      'ArrayBuffer',
      'SharedArrayBuffer',
      'Buffer',
      'Buffer.alloc',
      'Buffer.allocUnsafe',
      'Buffer.allocUnsafeSlow',
      ...BYTES,
    ],
    when: hugeLength,
    reason: '{key} is asked for 64 million items or more at once.',
    examples: {
      match: [`new Array(1e9).fill(0)`, `Buffer.alloc(2 ** 31)`, `Array.from({ length: 1e8 })`, `new Uint8Array(4 * 1024 * 1024 * 1024)`],
      no: [`new Array(10)`, `new Array(n)`, `Array.from({ length: n })`, `new Uint8Array([1e9])`],
    },
  },
  {
    id: 'huge-text',
    pattern: 'BUFFER_OVERFLOW',
    on: 'method',
    keys: ['repeat', 'padStart', 'padEnd'],
    when: ({ args: [first] }) => isHuge(numberOf(first)),
    reason: '{key} is asked for 64 million repetitions or more.',
    examples: { match: [`'a'.repeat(2 ** 28)`, `x.padEnd(1e9)`], no: [`'a'.repeat(100)`, `s.padStart(2, '0')`] },
  },
  {
    id: 'huge-length',
    pattern: 'BUFFER_OVERFLOW',
    on: 'name',
    keys: ['length='],
    when: ({ args: [value] }) => isHuge(numberOf(value)),
    reason: 'A length is set to 64 million or more.',
    examples: { match: [`a.length = 2 ** 32 - 1`], no: [`a.length = 0`, `a.length = n`] },
  },
  {
    id: 'unsafe-buffer',
    pattern: 'BUFFER_OVERFLOW',
    on: 'use',
    keys: ['Buffer.allocUnsafe', 'Buffer.allocUnsafeSlow'],
    // The memory is its own process's; packages use it for speed.
    weight: 50,
    reason: '{key} gives memory with what was in it before.',
    examples: { match: [`Buffer.allocUnsafe(10)`], no: [`Buffer.alloc(10)`] },
  },
  {
    id: 'offset-out-of-range',
    pattern: 'BUFFER_OVERFLOW',
    on: 'method',
    keys: [
      'setInt8',
      'setUint8',
      'setInt16',
      'setUint16',
      'setInt32',
      'setUint32',
      'setFloat32',
      'setFloat64',
      'setBigUint64',
      'setBigInt64',

      'getInt8',
      'getUint8',
      'getInt16',
      'getUint16',
      'getInt32',
      'getUint32',
      'getFloat32',
      'getFloat64',
      'getBigUint64',
      'getBigInt64',
    ],
    when: outOfRange,
    reason: '{key} is given an offset that no buffer has.',
    examples: { match: [`view.setFloat64(-8, 1)`, `view.getUint32(0x7fffffff)`], no: [`view.getUint8(0)`, `view.setInt16(o, 1)`] },
  },
  {
    id: 'huge-wasm-memory',
    pattern: 'BUFFER_OVERFLOW',
    on: 'call',
    keys: ['WebAssembly.Memory'],
    when: ({ args: [first] }) => first?.k === 'obj' && (numberOf(first.props.get('initial')) ?? 0) >= 2 ** 14,
    reason: 'WebAssembly is asked for a gibibyte of memory or more.',
    examples: { match: [`new WebAssembly.Memory({ initial: 65536 })`], no: [`new WebAssembly.Memory({ initial: 1 })`] },
  },
  {
    id: 'endless-growth',
    pattern: 'BUFFER_OVERFLOW',
    on: 'loop',
    keys: ['*'],
    when: ({ node }) => growsForEver(node),
    reason: 'A loop without an end keeps growing something.',
    examples: {
      match: [`const a = []; while (true) a.push(a)`, `let s = 'x'; for (;;) s += s`],
      no: [`while (true) { a.push(1); if (a.length > 9) break }`, `for (const x of y) a.push(x)`, `while (i < 9) a.push(i++)`],
    },
  },
  {
    id: 'clock',
    pattern: 'TIMING_ATTACK',
    on: 'use',
    keys: ['performance.*', 'process.hrtime.*', 'Atomics.*', 'SharedArrayBuffer.*'],
    reason: '{key} measures time finely, which side channels need.',
    examples: {
      match: [`performance.now()`, `new SharedArrayBuffer(8)`, `Atomics.wait(a, 0, 0)`],
      no: [`Date.now()`, `const performance = 1; performance`],
    },
  },
  {
    id: 'timed-comparison',
    pattern: 'TIMING_ATTACK',
    on: 'load',
    keys: ['perf_hooks'],
    reason: 'The module {key} measures time finely, which side channels need.',
    examples: { match: [`require('perf_hooks').performance.now()`], no: [`require('perf')`] },
  },
]
