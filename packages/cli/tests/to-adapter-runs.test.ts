import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adapterProject } from './adapter-project.js'

const main = new URL('../dist/main.js', import.meta.url).pathname
/** As the codemod leaves it in its first step: what is rewritten has been changed and named before. */
const PROGRAM = `import { VM } from '@beddel/vm2-migration'

const rate = 0.9
const log = []
const ask = (source) => {
  const vm = new VM({ name: 'rules:ask', timeout: 2000, sandbox: { order: { total: 120 }, rate, say: (text) => { log.push(text) } } })
  return vm.run(source)
}
const half = (source) => new VM({ name: 'rules:half' }).run(source) / 2
function all() {
  const answers = []
  for (const rule of ['order.total * rate', 'say("seen"); order.total', '(() => { throw new RangeError("no") })()']) {
    try {
      answers.push(ask(rule))
    } catch (error) {
      answers.push((error.guest ?? error).name)
    }
  }
  answers.push(half('21 * 4').toFixed(1))
  return answers
}
console.log(JSON.stringify({ answers: all(), log }))
process.exit()
`

let project: string
beforeAll(() => {
  project = adapterProject()
  writeFileSync(join(project, 'rules.mjs'), PROGRAM)
})
afterAll(() => rmSync(project, { recursive: true }))

test('a program that was rewritten to the adapter gives the same answers', { timeout: 60_000 }, () => {
  const run = (): unknown => {
    const env = { ...process.env, BEDDEL_VM2_ENGINE: 'isolated-vm' }
    const { stdout, stderr } = spawnSync(process.execPath, ['rules.mjs'], { cwd: project, encoding: 'utf8', env, timeout: 25_000 })
    return stdout === '' ? stderr : JSON.parse(stdout)
  }
  const before = run()
  expect(before).toEqual({ answers: [108, 120, 'RangeError', '42.0'], log: ['seen'] })
  const { stderr, status } = spawnSync(process.execPath, [main, 'migrate', 'codemod', 'rules.mjs', '--to', 'adapter', '--write'], {
    cwd: project,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('left as it is')])
  expect(readFileSync(join(project, 'rules.mjs'), 'utf8')).not.toContain('vm2-migration')
  expect(run()).toEqual(before)
})
