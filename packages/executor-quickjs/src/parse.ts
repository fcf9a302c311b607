import { BODY_PREFIX, BODY_SUFFIX, CellFault, type CompiledForm, type ParseProblem } from '@beddel/core/engine'
import { toBytes } from './text.js'
import { MODULE, SCRIPT, type Vm } from './vm.js'
import type { Pointer } from './wasm.js'

export interface ErrorPrototypes {
  readonly syntaxErrorPrototype: Pointer
  readonly internalErrorPrototype: Pointer
}

/**
 * A body's text could close the function around it and go on outside. QuickJS's own AsyncFunction constructor is no
 * help: it pastes text too. But after the brace that ends an arrow function in parentheses only `,` and `)` may come,
 * and after the brace that ends a declaration everything but those: a source that fits both has closed neither.
 */
const ONLY_A_BODY = [
  ['(function(){(async()=>{', '\n})})'],
  ['async function _(){', '\n}'],
] as const

/** Compiles without running; `undefined` is success. */
export function findProblem(
  vm: Vm,
  prototypes: ErrorPrototypes,
  form: CompiledForm,
  source: string,
  filename: string,
): ParseProblem | undefined {
  if (form !== 'body') return compileProblem(vm, prototypes, ['', source, ''], form === 'module' ? MODULE : SCRIPT, filename)
  let problem = compileProblem(vm, prototypes, [BODY_PREFIX, source, BODY_SUFFIX], SCRIPT, filename)
  for (const [before, after] of ONLY_A_BODY) {
    problem ??= compileProblem(vm, prototypes, [before, source, after], SCRIPT, filename)
  }
  return problem
}

function compileProblem(
  vm: Vm,
  prototypes: ErrorPrototypes,
  [before, source, after]: readonly [string, string, string],
  type: number,
  filename: string,
): ParseProblem | undefined {
  const code = before + source + after
  const compiled = vm.compile(code, filename, type)
  if (!vm.failed(compiled)) {
    // A module's definition belongs to the context, its value to us: freeing either kind is right.
    vm.free(compiled)
    return undefined
  }
  const error = vm.exception(compiled)
  if (vm.prototypeIdentity(error) === prototypes.internalErrorPrototype) throw new CellFault('memory')
  const overflown = vm.prototypeIdentity(error) !== prototypes.syntaxErrorPrototype
  const message = vm.property(error, 'message')
  const place = /:(\d+):(\d+)/.exec(`${vm.property(error, 'stack') ?? ''}`)
  vm.free(error)
  const problem: ParseProblem = { message: typeof message === 'string' && message !== '' ? message : 'Invalid source' }
  if (overflown) return { ...problem, tooDeep: true }
  if (place === null) return problem
  const line = Number(place[1])
  const column = unitColumn(code, line, Number(place[2])) - (line === 1 ? before.length : 0)
  return { ...problem, line, column: Math.max(1, column) }
}

/** QuickJS counts a column in bytes of UTF-8; the caller counts UTF-16 units. */
function unitColumn(code: string, line: number, byteColumn: number): number {
  const text = lineOf(code, line)
  if (toBytes(text).length === text.length) return byteColumn
  let bytes = 0
  let units = 0
  for (const char of text) {
    if (bytes >= byteColumn - 1) break
    bytes += toBytes(char).length
    units += char.length
  }
  return units + 1
}

function lineOf(code: string, line: number): string {
  let from = 0
  for (let i = 1; i < line; i++) {
    const end = code.indexOf('\n', from)
    if (end < 0) return ''
    from = end + 1
  }
  const end = code.indexOf('\n', from)
  return end < 0 ? code.slice(from) : code.slice(from, end)
}
