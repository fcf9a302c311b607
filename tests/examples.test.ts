import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ROOT } from './support/workspace.js'

const FOLDER = `${ROOT}examples/leave-vm2`
const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['node_modules', 'support'].includes(entry.name))
  .map(({ name }) => name)

test('three packages leave vm2', () => expect(cases).toEqual(['pac-resolver', 'request-scripts', 'string-templates']))

/** How many calls the shadow compares is its own affair; that it does, and how it went, is looked at below. */
const withoutRecordings = (text: string): string => text.replaceAll(/^( {2}recorded:| {4}).*\n/gm, '')

// Each waits for its programs most of the time.
test.concurrent.each(cases)(
  '%s: the same answers before, in the shadow and after; what broke vm2 breaks nothing',
  { timeout: 240_000 },
  async (name) => {
    // An example that found a difference ends with 1: then this throws, with all that it printed.
    const options = { cwd: `${FOLDER}/${name}`, timeout: 230_000 }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['run.mjs'], options)
    expect(stderr).toBe('')
    // The README shows what it prints, answers and endings as they are.
    expect(withoutRecordings(readFileSync(`${FOLDER}/${name}/README.md`, 'utf8'))).toContain(`\`\`\`\n${withoutRecordings(stdout)}\`\`\``)
    const recorded = [...stdout.matchAll(/recorded: .*, (\d+) calls, (\d+) equal/g)]
    expect(recorded.length).toBe(name === 'request-scripts' ? 3 : 1)
    for (const [, calls, equal] of recorded) {
      expect(Number(equal)).toBeGreaterThan(0)
      if (name !== 'request-scripts') expect(equal).toBe(calls)
    }
  },
)
