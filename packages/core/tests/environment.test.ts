import { expect, test } from 'vitest'
import { detectEnvironment } from '../dist/index.js'

test('this process', () => {
  expect(detectEnvironment()).toEqual({
    runtime: 'node',
    isNode: true,
    isBrowser: false,
    isWebWorker: false,
    nodeVersion: process.versions.node,
    abi: process.versions.modules,
    platform: process.platform,
    arch: process.arch,
  })
})

const node = { versions: { node: '24.0.0', modules: '137' }, platform: 'linux', arch: 'x64' }
test.each<[string, object, object]>([
  [
    'a page',
    { document: {}, navigator: { platform: 'MacIntel' } },
    { runtime: 'browser', isBrowser: true, isNode: false, platform: 'MacIntel' },
  ],
  ['a web worker', { WorkerGlobalScope: {} }, { runtime: 'web-worker', isWebWorker: true, platform: 'unknown' }],
  [
    'Bun, which has a process like Node',
    { process: node, Bun: {} },
    { runtime: 'bun', isNode: false, nodeVersion: undefined, abi: undefined },
  ],
  ['Deno', { process: node, Deno: { build: { os: 'linux', arch: 'aarch64' } } }, { runtime: 'deno', isNode: false }],
  ['Node with a simulated page', { process: node, document: {} }, { runtime: 'node', isNode: true, isBrowser: false }],
  ['a polyfilled process', { process: {}, document: {} }, { runtime: 'browser', isNode: false }],
  ['nothing at all', {}, { runtime: 'unknown', platform: 'unknown', nodeVersion: undefined }],
])('%s', (_name, global, expected) => expect(detectEnvironment(global)).toMatchObject(expected))
