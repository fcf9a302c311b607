import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { WorkingCopy } from './working-copy.mjs'

const PUBLISHED = fileURLToPath(new URL('..', import.meta.url))
const CLI = join(PUBLISHED, 'node_modules/@beddel/cli/dist/main.js')
/** When what vm2 was to stop is taken for endless. The timeouts that the examples state are shorter by far. */
const ENDLESS_MS = 2_000
const STALL = 'stall'
/** No program here takes so long, on a slow machine either. */
const PATIENCE_MS = 60_000

const MODES = {
  shadow: 'engine = "isolated-vm"\nmode = "shadow"',
  after: 'engine = "isolated-vm"',
}

/**
 * Runs a program with a package as it was published, then with a changed copy of it: in the shadow of vm2, then without
 * vm2. Prints what was changed, whether the answers are the same, and what became of the attacks.
 *
 * @param {{ folder: string, packages: string[], calls: string[], attacks: string[] }} one the case's folder; the packages to
 *   change, of which the first one is installed here and depends on the others; their files that use vm2; names of attacks
 */
export async function runCase({ folder, packages, calls, attacks }) {
  const program = join(folder, 'program.mjs')
  const patch = join(folder, 'change.patch')
  const copy = new WorkingCopy(packages)
  const canaries = mkdtempSync(join(tmpdir(), 'leave-vm2-canary-'))
  try {
    say(copy.versions().join(', '))
    for (const call of calls) codemod(copy.folder(call))
    if (existsSync(patch)) copy.apply(readFileSync(patch, 'utf8'))
    for (const { file, added, removed } of copy.changes()) say(`changed: ${file}, +${added} -${removed} lines`)
    say('')
    const published = before(program, attacks, canaries)
    const [first, now] = await Promise.all([published, after(copy, program, attacks, canaries)])
    say(`before: ${first.answers.ending?.value?.length} answers`)
    for (const [step, { ending, told, recorded }] of Object.entries(now.answers)) {
      const same = isDeepStrictEqual(ending, first.answers.ending)
      say(
        `${step}: ${same ? 'the same answers' : `DIFFERENT: ${JSON.stringify(ending)}\n  before: ${JSON.stringify(first.answers.ending)}`}`,
      )
      for (const line of told) say(`  told: ${line}`)
      for (const [site, { calls, different }] of recorded) {
        say(`  recorded: ${site}, ${calls} calls, ${calls - different.length} equal`)
        for (const line of different) say(`    ${line}`)
      }
      if (!same || ending?.value === undefined) process.exitCode = 1
    }
    for (const attack of attacks) {
      say(`\n${attack}\n  before: ${describe(first.attacks[attack])}\n  after: ${describe(now.attacks[attack])}`)
      if (!first.attacks[attack].succeeded || now.attacks[attack].succeeded) process.exitCode = 1
    }
  } finally {
    copy.dispose()
    rmSync(canaries, { recursive: true, force: true })
  }
}

/** With the package as it was published. What stalls it has a process of its own, to be killed. */
async function before(program, attacks, canaries) {
  const at = join(canaries, 'before')
  const said = await ask(PUBLISHED, program, [at, 'answers', ...attacks.filter((name) => name !== STALL)])
  const stalled = await ask(PUBLISHED, program, [at, STALL], ENDLESS_MS)
  return { answers: said.answers, attacks: endingsOf(attacks, { ...said, ...stalled }, at) }
}

/** With the changed copy, in each mode; at the end attacked, all in the process that has answered. */
async function after(copy, program, attacks, canaries) {
  const at = join(canaries, 'after')
  const answers = {}
  let said = {}
  for (const [mode, lines] of Object.entries(MODES)) {
    copy.write('beddel.toml', `[migration]\n${lines}\n`)
    said = await ask(copy.root, program, [at, 'answers', ...(mode === 'after' ? attacks : [])])
    answers[mode] = said.answers
  }
  return { answers, attacks: endingsOf(attacks, said, at) }
}

const endingsOf = (attacks, said, at) =>
  Object.fromEntries(
    attacks.map((name) => {
      const escaped = existsSync(`${at}-${name}`)
      return [name, { ...said[name], escaped, succeeded: escaped || said[name] === undefined }]
    }),
  )

/** Runs our codemod over one file. */
function codemod(path) {
  // From the file's own folder: in a project, `dist` and `node_modules` are none of the codemod's business.
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'migrate', 'codemod', basename(path), '--write'], {
    cwd: dirname(path),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}

/** What a program says in a process of its own, by job; nothing of those that are not done within the time after its beginning. */
function ask(cwd, file, args, withinMs = PATIENCE_MS) {
  // pnpm names its own folder there, in which a package's peers and others are found that it does not depend on.
  const { NODE_PATH: _, ...env } = process.env
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    // What the package itself prints is not looked at; the program answers by a pipe of its own.
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: { ...env, BEDDEL_SUPPRESS_VM2_WARNING: '1' },
  })
  return new Promise((resolve, reject) => {
    let text = ''
    let timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    const answers = /** @type {import('node:stream').Readable} */ (child.stdio[3])
    answers.setEncoding('utf8').on('data', (chunk) => {
      if (text === '') {
        clearTimeout(timer)
        timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
      }
      text += chunk
    })
    child.on('error', reject).on('close', (code, signal) => {
      clearTimeout(timer)
      const [begun, ...endings] = text.split('\n').filter((line) => line !== '')
      if (begun === undefined || (endings.length < args.length - 1 && signal !== 'SIGKILL')) {
        reject(new Error(`${file} ${args.join(' ')}: ended by ${signal ?? code}, having said ${text}`))
      } else resolve(Object.fromEntries(endings.map((line) => JSON.parse(line)).map((one) => [one.name, one])))
    })
  })
}

const describe = ({ escaped, ending }) => {
  if (escaped) return 'wrote a file as the host'
  if (ending === undefined) return `no answer within ${ENDLESS_MS} ms, killed`
  const { error, code, message, value } = ending
  return error === undefined ? `gave ${JSON.stringify(value)}` : `${error}${code === undefined ? '' : ` (${code})`}: ${message}`
}

const say = (text) => console.log(text)
