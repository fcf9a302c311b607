// The same bundle in a page, which starts it once more as a worker.
import { SandboxAdapter } from '@beddel/sandbox-adapter'

async function tell(): Promise<unknown> {
  const sandbox = new SandboxAdapter()
  const explained = await sandbox.explain()
  const code = await sandbox.run('1').then(
    () => 'none',
    (error: { code: string }) => error.code,
  )
  return {
    runtime: explained.environment.runtime,
    code,
    engines: explained.engines.map(({ engine, usable, reason }) => ({ engine, usable, reason })),
  }
}

if (typeof document === 'undefined') void tell().then((told) => postMessage(told))
else {
  const worker = new Worker('/in-worker.js', { type: 'module' })
  const told = new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data), { once: true }))
  Object.assign(globalThis, { told, ready: true })
}
