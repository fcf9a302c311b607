import { engine, type EngineList } from '../engine-entry.js'

/** The engines of a page, in the place of `../engines.ts`. */
export const LIST: EngineList = {
  engines: [
    engine({
      id: 'browser',
      package: '@beddel/executor-browser',
      import: () => import('@beddel/executor-browser'),
      provider: 'browserProvider',
      executor: 'BrowserExecutor',
    }),
    engine({
      id: 'quickjs',
      package: '@beddel/executor-quickjs',
      import: () => import('@beddel/executor-quickjs'),
      provider: 'quickJsProvider',
      executor: 'QuickJsExecutor',
    }),
  ],
  order: {
    untrusted: ['browser', 'quickjs'],
    trusted: ['browser', 'quickjs'],
  },
}

/** Names of engines that this package's functions are about; in a page they are not to be had. */
export const WELL_KNOWN = { isolatedVm: 'isolated-vm', quickJs: 'quickjs', worker: 'worker', vm2: 'vm2' } as const
