import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { attackProvider, runSuites } from '@beddel/conformance'
import { SandboxAdapter } from '@beddel/sandbox-adapter'
import { ROOT } from './support/workspace.js'

const FILE = `${ROOT}examples/node-vm-engine.mjs`
const source = readFileSync(FILE, 'utf8')
const honest = { module: pathToFileURL(FILE).href, export: 'nodeVmProvider' }

test('the guide shows the example whole, and the example is short', () => {
  expect(readFileSync(`${ROOT}docs/guide/write-an-engine.md`, 'utf8')).toContain(`\`\`\`js\n${source}\`\`\``)
  expect(source.split('\n').length).toBeLessThan(150)
})

test('it is an engine of the adapter', async () => {
  const { nodeVmProvider } = (await import(honest.module)) as { nodeVmProvider: never }
  await using sandbox = new SandboxAdapter({ engine: nodeVmProvider, trust: 'trusted' })
  expect(await sandbox.run('input.map((n) => n * 2)', { input: [1, 2, 3] })).toEqual([2, 4, 6])
})

test('it passes all suites as what it says it is', { timeout: 120_000 }, async () => {
  const { results } = await runSuites(honest, {})
  expect(results.length).toBeGreaterThan(400)
  expect(results.filter(({ passed }) => !passed)).toEqual([])
})

test('what gets through is what it declares', { timeout: 120_000 }, async () => {
  const { counts } = await attackProvider(honest, { only: ['code-from-strings', 'stack-traces', 'spoofed-endings'] })
  expect(counts).toMatchObject({ breached: 0, fault: 0 })
  expect(counts.declared).toBeGreaterThan(0)
})

test('with a boundary declared the kit fails it on isolation, and on nothing that it holds', { timeout: 120_000 }, () => {
  const families = ['code-from-strings', 'stack-traces', 'reach-the-host', 'spoofed-endings']
  const { status, stdout } = spawnSync(
    process.execPath,
    ['packages/cli/dist/main.js', 'conformance', '--module', FILE, '--export', 'boastfulProvider', '--json', '--only', ...families],
    { cwd: ROOT, encoding: 'utf8' },
  )
  expect(status).toBe(1)
  const { conforms, attacks } = JSON.parse(stdout) as {
    conforms: boolean
    attacks: { results: { family: string; standing: string; breaches: { oracle: string }[] }[] }
  }
  expect(conforms).toBe(false)
  const breached = attacks.results.filter(({ standing }) => standing === 'breached')
  expect([...new Set(breached.map(({ family }) => family))].toSorted()).toEqual(['code-from-strings', 'stack-traces'])
  expect(breached.flatMap(({ breaches }) => breaches.map(({ oracle }) => oracle))).toContain('canary-file')
})
