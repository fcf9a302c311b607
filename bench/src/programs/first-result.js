import { SandboxAdapter } from '@beddel/sandbox-adapter'

const adapter = new SandboxAdapter()
process.stdout.write(String(await adapter.run('2 + 2')))
await adapter.dispose()
