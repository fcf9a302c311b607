// Installs the packed tarballs into empty folders, with npm and with pnpm, in ways in which installs go in real life, and
// looks whether what runs, what `explain()` says and what `doctor` says is one and the same truth. Build first.
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pack, project, root, run, tryRun } from './packed.mjs'

const ADAPTER = ['@beddel/sandbox-adapter', '@beddel/cli']
const NPM = ['npm', 'install', '--no-audit', '--no-fund']
const PNPM = ['pnpm', 'install']
const NATIVE = 'isolated-vm'

/** Where an installed package of anybody's is, with npm's layout and with pnpm's. */
const folderOf = (at, name) =>
  globSync([`node_modules/${name}`, `node_modules/.pnpm/${name}@*/node_modules/${name}`], { cwd: at }).map((path) => join(at, path))

/** A download that was cut off: the loader finds no add-on in the file. */
function breakAddOn(at) {
  for (const folder of folderOf(at, NATIVE)) {
    const files = globSync(['prebuilds/**/*.node', 'out/*.node', 'build/**/*.node'], { cwd: folder })
    if (files.length === 0) throw new Error(`no add-on in ${folder}`)
    for (const file of files) writeFileSync(join(folder, file), 'not an add-on')
  }
}

/** One that ends whatever process loads it. */
function makeAddOnAbort(at) {
  for (const folder of folderOf(at, NATIVE)) {
    const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    writeFileSync(join(folder, main.endsWith('.js') ? main : `${main}.js`), 'process.abort()')
  }
}

function breakEverything(at) {
  breakAddOn(at)
  for (const folder of folderOf(at, 'quickjs-wasi'))
    for (const file of globSync('**/*.wasm', { cwd: folder })) writeFileSync(join(folder, file), 'not WebAssembly')
}

/** `usable`: the engines that must be usable; `reason`: what must be said of isolated-vm where it is not. */
const CASES = [
  { name: 'npm install', install: NPM, chosen: NATIVE, usable: [NATIVE, 'quickjs'] },
  { name: 'pnpm install', install: PNPM, chosen: NATIVE, usable: [NATIVE, 'quickjs'] },
  { name: 'npm, install scripts blocked', install: [...NPM, '--ignore-scripts'], chosen: NATIVE, usable: [NATIVE, 'quickjs'] },
  { name: 'pnpm, install scripts blocked', install: [...PNPM, '--ignore-scripts'], chosen: NATIVE, usable: [NATIVE, 'quickjs'] },
  {
    name: 'npm, no optional engine',
    install: [...NPM, '--omit=optional'],
    chosen: 'quickjs',
    usable: ['quickjs'],
    reason: /not installed/,
  },
  {
    name: 'pnpm, no optional engine',
    install: [...PNPM, '--no-optional'],
    chosen: 'quickjs',
    usable: ['quickjs'],
    reason: /not installed/,
  },
  { name: 'npm, a broken add-on', install: NPM, harm: breakAddOn, chosen: 'quickjs', usable: ['quickjs'], reason: /./ },
  { name: 'pnpm, a broken add-on', install: PNPM, harm: breakAddOn, chosen: 'quickjs', usable: ['quickjs'], reason: /./ },
  { name: 'npm, an add-on that aborts', install: NPM, harm: makeAddOnAbort, chosen: 'quickjs', usable: ['quickjs'], reason: /./ },
  { name: 'npm, no engine that works', install: NPM, harm: breakEverything, usable: [], reason: /./ },
  { name: 'npm, every package', install: NPM, packages: undefined, chosen: NATIVE, usable: [NATIVE, 'quickjs', 'worker'] },
]

/** What does not agree, each in a sentence. */
function lies(at, { chosen, usable, reason }) {
  const wrong = []
  const expect = (what, found, wanted) => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
  }
  const beddel = (...args) => tryRun(at, process.execPath, join(at, 'node_modules/@beddel/cli/dist/main.js'), ...args)
  const report = JSON.parse(beddel('explain', '--json').stdout)
  expect('explain: chosen', report.chosen, chosen)
  expect(
    'explain: usable',
    report.engines.filter((engine) => engine.usable === true).map(({ engine }) => engine),
    usable,
  )
  for (const engine of report.engines) {
    // Where consent is all that is missing, the reason says how to give it.
    if (engine.usable === false && !(engine.reason && (engine.fix || engine.reason.startsWith('needs'))))
      wrong.push(`explain does not say why ${engine.engine} cannot be used, or what to do`)
  }
  const native = report.engines.find(({ engine }) => engine === NATIVE)
  if (reason && !reason.test(native.reason)) wrong.push(`explain says of ${NATIVE}: ${native.reason}`)
  const withBoundary = usable.filter((engine) => report.engines.find((one) => one.engine === engine).boundary === true)
  const doctor = beddel('doctor', '--json')
  expect('doctor: exit code', doctor.status, chosen === undefined ? 5 : 0)
  expect('doctor: engines with a boundary', JSON.parse(doctor.stdout).enginesWithBoundary, withBoundary)

  const hello = tryRun(at, process.execPath, 'hello.mjs')
  if (chosen === undefined) {
    expect('hello.mjs: exit code', hello.status === 0, false)
    if (!hello.stderr.includes('BEDDEL_NO_ENGINE')) wrong.push(`hello.mjs said: ${hello.stderr.slice(0, 500)}`)
  } else if (!hello.stdout.includes(`on ${chosen} `) || !hello.stdout.includes('BEDDEL_TIMEOUT'))
    wrong.push(`hello.mjs said: ${hello.stdout}${hello.stderr}`)

  writeFileSync(join(at, 'two.js'), '1 + 1')
  const named = beddel('run', 'two.js', '--engine', NATIVE)
  const ended = usable.includes(NATIVE) ? [0, '2'] : [5, '']
  expect(`run --engine ${NATIVE}: exit code and output`, [named.status, named.stdout.trim()], ended)
  if (!usable.includes(NATIVE) && !named.stderr.includes('BEDDEL_ENGINE_UNAVAILABLE'))
    wrong.push(`run --engine ${NATIVE} said: ${named.stderr}`)
  return wrong
}

/** Without the kit its command says what to install; with it, it tests an installed engine. */
function kitLies(at, installed) {
  const { status, stdout, stderr } = tryRun(
    at,
    process.execPath,
    join(at, 'node_modules/@beddel/cli/dist/main.js'),
    'conformance',
    '--engine',
    'quickjs',
    '--only',
    'host-calls',
  )
  if (installed)
    return status === 0 && stdout.includes('It holds what it declares') ? [] : [`conformance ended with ${status}: ${stdout}${stderr}`]
  return status === 2 && stderr.includes('npm install @beddel/conformance')
    ? []
    : [`without the kit, conformance ended with ${status}: ${stderr}`]
}

/** The same of the commands of code signing. */
function signingLies(at, installed) {
  const command = [join(at, 'node_modules/@beddel/cli/dist/main.js'), 'keys', 'list', '--registry', 'none.json']
  const { status, stderr } = tryRun(at, process.execPath, ...command)
  return status === 2 && stderr.includes(installed ? 'There is no registry' : 'npm install @beddel/threat-detector')
    ? []
    : [`keys list ended with ${status}: ${stderr}`]
}

const only = process.argv[2]
const packed = pack()
let failed = false
const rows = []
try {
  for (const one of CASES.filter(({ name }) => only === undefined || name.includes(only))) {
    const at = project(packed, one.name.replaceAll(/\W+/g, '-'), 'packages' in one ? one.packages : ADAPTER)
    cpSync(join(root, 'examples/hello.mjs'), join(at, 'hello.mjs'))
    run(at, ...one.install)
    one.harm?.(at)
    const wrong = [...lies(at, one), ...(one.harm ? [] : [...kitLies(at, 'packages' in one), ...signingLies(at, 'packages' in one)])]
    failed ||= wrong.length > 0
    console.log(
      `${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${one.name}: ${one.chosen ?? 'no engine'}${wrong.map((text) => `\n       ${text}`).join('')}`,
    )
    rows.push(
      `| ${one.name} | ${one.chosen ?? 'none: `BEDDEL_NO_ENGINE`'} | ${one.usable.join(', ') || 'none'} | ${wrong.length === 0 ? 'yes' : `**no**: ${wrong.join('; ')}`} |`,
    )
    rmSync(at, { recursive: true, force: true })
  }
} finally {
  packed.remove()
}
if (only === undefined) {
  const page = `# Installs

\`pnpm check:install\` packs the packages, installs the tarballs into empty folders in the ways below, and looks whether three things agree: the engine that a run really used, what
\`explain()\` says of each engine and why, and what \`doctor\` ends with. A broken add-on is one whose file is cut off; one that aborts ends whatever process loads it.

Last run: ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}.

| install | engine of a run | usable | all agree |
|---|---|---|---|
${rows.join('\n')}
`
  writeFileSync(join(root, 'docs/install.md'), page)
}
process.exitCode = failed ? 1 : 0
