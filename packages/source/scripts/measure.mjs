// What metering and stripping cost here: node packages/source/scripts/measure.mjs (after the build; about 10 s)
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import vm from 'node:vm'
import { meter, stripTypes } from '../dist/index.js'

const best = (runs, work) => {
  let ms = Infinity
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    work()
    ms = Math.min(ms, performance.now() - start)
  }
  return ms
}
const show = (name, value) => console.log(`${name.padEnd(52)} ${value}`)

const acorn = readFileSync(createRequire(import.meta.url).resolve('acorn'), 'utf8')
const metered = meter(acorn, { form: 'script', budget: Number.MAX_SAFE_INTEGER }).code
show('metering acorn.js (247 KB), ms', best(9, () => meter(acorn, { form: 'script', budget: 1 })).toFixed(0))
show('  size of the result / size of the source', (metered.length / acorn.length).toFixed(2))
const parseWith = (source) => {
  const context = vm.createContext({ exports: {}, module: {}, input: acorn, __beddel_spent() {} })
  vm.runInContext(source, context)
  return best(9, () => vm.runInContext('void exports.parse(input, { ecmaVersion: 2022 })', context))
}
show('  acorn parses itself, metered / not metered', (parseWith(metered) / parseWith(acorn)).toFixed(2))

const loop = 'let s = 0; for (let i = 0; i < 3e6; i++) s = (s + i) | 0; s'
const calls = 'function f(x) { return (x * 7) | 0 } let s = 0; for (let i = 0; i < 3e6; i++) s = (s + f(i)) | 0; s'
// Each run in a new context, as a cell does it: what a second run of the same code costs is another question.
const ways = {
  'vm.Script': (code) => (context) => vm.runInContext(code, context),
  'indirect eval': (code) => (context) => vm.runInContext('(0, eval)', context)(code),
  'function body': (code) => (context) => vm.runInContext('Function', context)(code.replace(/s$/, 'return s'))(),
}
for (const [name, source] of Object.entries({ loop, calls })) {
  for (const [way, compile] of Object.entries(ways)) {
    const time = (code) => best(5, () => compile(code)(vm.createContext({ __beddel_spent() {} }))).toFixed(0)
    const metered = (budget) => time(meter(source, { form: 'script', budget }).code)
    show(`3e6 ${name}, ${way}, ms`, `${time(source)}; metered ${metered(2 ** 30)}, with a budget of 2^40 ${metered(2 ** 40)}`)
  }
}

const types = 'export function f(a: number, b?: string): Map<string, number> { return new Map([[b as string, a!]]) }\n'
show('first stripTypes, ms', best(1, () => stripTypes(types)).toFixed(1))
for (const kb of [1, 10, 100]) {
  const source = types.repeat(Math.ceil((kb * 1000) / types.length)).replaceAll('export ', '       ')
  show(`stripTypes, ${kb} KB, ms`, best(20, () => stripTypes(source)).toFixed(2))
}
const bomb = '['.repeat(20_000)
const rejected = (source) => {
  try {
    stripTypes(source)
  } catch {}
}
show('stripTypes after a parser that gave up, ms', best(20, () => (rejected(bomb), stripTypes(types))).toFixed(1))
