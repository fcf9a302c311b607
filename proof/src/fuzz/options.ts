import { type ExecutorOptions, type RunRequest, SandboxError } from '@beddel/core'
import { quickJsProvider } from '@beddel/executor-quickjs'
import { type AdapterOptions, SandboxAdapter } from '@beddel/sandbox-adapter'
import fc from 'fast-check'
import type { Target } from './target.ts'

/** What a caller who is wrong may be told: nothing else may come out of a call with senseless options. */
const HOST_CODES = [
  'BEDDEL_INVALID_OPTION',
  'BEDDEL_OPTION_UNSUPPORTED',
  'BEDDEL_PLACEMENT_REFUSED',
  'BEDDEL_ENGINE_UNAVAILABLE',
  'BEDDEL_NO_ENGINE',
  'BEDDEL_TRUST_FLOOR',
]

const GETTER = 'a getter of the caller’s'
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    0.5,
    NaN,
    Infinity,
    1e9,
    2 ** 53,
    '',
    'x',
    '5',
    10n,
    [],
    {},
    [1],
    () => 1,
    Symbol('x'),
  ),
  fc.constantFrom<unknown>(
    new Proxy(
      {},
      { get: () => () => 1, ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) },
    ),
  ),
  fc.constantFrom<unknown>(
    Object.create(null),
    new Date(NaN),
    new Map([[1, 2]]),
    Object.defineProperty({}, 'a', {
      get: () => {
        throw new Error(GETTER)
      },
      enumerable: true,
    }),
  ),
  fc.anything({ maxDepth: 2, withNullPrototype: true, withMap: true, withBigInt: true, withSparseArray: true }),
)
const LIMITS = [
  'timeoutMs',
  'timeout',
  'memoryBytes',
  'memoryLimit',
  'sourceBytes',
  'inputBytes',
  'resultBytes',
  'logBytes',
  'hostCalls',
  'operations',
]
const some = (names: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string({ maxLength: 6 })), value, {
    maxKeys: 4,
    noNullPrototype: true,
  })

const limits = fc.oneof(some(LIMITS, fc.oneof(odd, fc.integer({ min: 1, max: 5_000 }))), odd)
const withLimits = (names: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(some(names, odd), fc.option(limits, { nil: undefined }))
        .map(([given, bounds]) => (bounds === undefined ? given : { ...given, limits: bounds })),
    },
    odd,
  )

const requests = withLimits(['input', 'globals', 'hostFunctions', 'tenant', 'freshness', 'form', 'language', 'filename', 'signal', 'onLog'])
const executors = withLimits([
  'placement',
  'globals',
  'hostFunctions',
  'web',
  'codegen',
  'wasm',
  'trust',
  'acceptHostRisk',
  'tenant',
  'hostCallTimeoutMs',
  'exposeHostErrors',
  'form',
])
const adapters = withLimits([
  'engine',
  'trust',
  'allowVm2',
  'timeoutMs',
  'timeout',
  'memoryLimit',
  'memoryBytes',
  'sandbox',
  'policies',
  'enableThreatDetection',
  'engineOptions',
  'placement',
])

/** Makes sure that what was thrown is said in our words. */
async function refusable(call: () => unknown): Promise<void> {
  try {
    await call()
  } catch (error) {
    // What the caller's own objects throw is the caller's.
    if ((error as Error).message === GETTER) return
    if (SandboxError.isInstance(error) && HOST_CODES.includes(error.code) && error.message !== '') return
    throw error
  }
}

export const optionObjects: Target = {
  name: 'options',
  says: 'any options at all are honoured or refused in our words: no other error, no hanging',
  open: async () => {
    const executor = await quickJsProvider.create({ placement: 'in-process', acceptHostRisk: true })
    return {
      property: fc.asyncProperty(
        fc.constantFrom('run', 'create', 'adapter'),
        requests,
        executors,
        adapters,
        async (what, request, options, given) => {
          if (what === 'run') return refusable(() => executor.run('1 + 1', request as RunRequest))
          if (what === 'adapter') return refusable(() => new SandboxAdapter(given as AdapterOptions))
          await refusable(async () => {
            const own = await quickJsProvider.create({ placement: 'in-process', ...(options as ExecutorOptions) })
            await own.dispose()
          })
        },
      ),
      close: () => executor.dispose(),
    }
  },
}
