import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ROOT } from './support/workspace.js'

const FOLDER = `${ROOT}examples/leave-vm2`
const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['node_modules', 'support'].includes(entry.name))
  .map(({ name }) => name)

test('three packages leave vm2', () => expect(cases).toEqual(['pac-resolver', 'request-scripts', 'string-templates']))

test.each(cases)('%s: the same answers before, in the shadow and after; what broke vm2 breaks nothing', { timeout: 120_000 }, (name) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['run.mjs'], {
    cwd: `${FOLDER}/${name}`,
    encoding: 'utf8',
    timeout: 110_000,
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  // The README shows all of it: answers and endings are said there as they are.
  expect(readFileSync(`${FOLDER}/${name}/README.md`, 'utf8')).toContain(`\`\`\`\n${stdout}\`\`\``)
  expect(stdout.match(/ {2}before: /g)?.length).toBeGreaterThanOrEqual(2)
})
