import { same, show } from '@beddel/conformance/kit'
import { type Executor, type Outcome } from '@beddel/core'
import { isolatedVmProvider } from '@beddel/executor-isolated-vm'
import { quickJsProvider } from '@beddel/executor-quickjs'
import { vm2Provider } from '@beddel/executor-vm2-legacy'
import { workerProvider } from '@beddel/executor-worker'
import fc from 'fast-check'
import type { Target } from './target.ts'

/** None of these programs is long: what is late is the machine. */
const TIMEOUT_MS = 30_000

const name = fc.constantFrom('a', 'b', 'c')
const literal = fc.constantFrom(
  '1',
  '0',
  '"s"',
  'null',
  'undefined',
  'true',
  '[1, 2]',
  '({ k: 1 })',
  '`t${1}`',
  '"return"',
  '"await x"',
  '/re/.source',
  '1n',
  'NaN',
)

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression')
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      literal,
      fc.tuple(inner, fc.constantFrom('+', '===', '??', '||', '&&', ','), inner).map(([x, operator, y]) => `(${x} ${operator} ${y})`),
      fc.tuple(inner, inner, inner).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
      inner.map((x) => `(() => ${x})()`),
      inner.map((x) => `(function () { return ${x} })()`),
      inner.map((x) => `[${x}]`),
      inner.map((x) => `typeof ${x}`),
      inner.map((x) => `(async () => ${x})()`),
      inner.map((x) => `await ${x}`),
      inner.map((x) => `await (${x})`),
      inner.map((x) => `Promise.resolve(${x})`),
      fc.constantFrom('this === globalThis', 'typeof this', 'typeof arguments', 'typeof exports', 'typeof module', 'new.target'),
    ),
  }
})

const statement = fc.oneof(
  { weight: 4, arbitrary: expression.map((x) => `${x};`) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom('var', 'let', 'const'), name, expression).map(([kind, id, x]) => `${kind} ${id} = ${x};`),
  },
  { weight: 2, arbitrary: expression.map((x) => `return ${x};`) },
  fc.tuple(name, expression).map(([id, x]) => `function f_${id}() { return ${x} }`),
  fc.tuple(expression, expression).map(([x, y]) => `if (${x}) { ${y} }`),
  expression.map((x) => `for (const i of [1, 2]) { ${x} }`),
  expression.map((x) => `try { throw ${x} } catch { 1 }`),
  expression.map((x) => `throw ${x}`),
  expression.map((x) => `export default ${x}`),
  fc.tuple(name, expression).map(([id, x]) => `export const x_${id} = ${x};`),
  expression.map((x) => `for await (const i of [${x}]) { }`),
  fc.constantFrom(
    '"use strict";',
    '// return 1',
    '/* await 1 */',
    '<!-- comment',
    'label: for (;;) break label;',
    'class A { static x = 1 }',
    ';',
    'import("x").catch(() => 1);',
    'await = 1;',
    'var await = 1;',
    '#!x',
  ),
)

/** Mostly whole programs; some with a piece cut out or a bracket put in. */
const program = fc
  .tuple(
    fc.array(statement, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', ' ', '\r\n', '\u2028'),
    fc.option(fc.tuple(fc.nat(), fc.constantFrom('', '}', '{', ')', '(', '`', '*/', '})', '\\')), { nil: undefined, freq: 5 }),
  )
  .map(([statements, between, edit]) => {
    const source = statements.join(between)
    if (edit === undefined) return source
    const at = edit[0] % (source.length + 1)
    return source.slice(0, at) + edit[1] + source.slice(at + 1)
  })

/** Where the languages of the engines themselves differ: found by this, looked into, and not ours to mend. */
export const DIALECTS: readonly { what: string; isIt(refusing: string): boolean }[] = [
  {
    what: 'A call as the target of an assignment, `f() = 1`: V8 compiles it and throws when it gets there, as browsers must; QuickJS and acorn, with which vm2 parses, refuse the source.',
    isIt: (refusing) => /invalid assignment left-hand side|Assigning to rvalue/i.test(refusing),
  },
  {
    what: 'A comment of HTML in a module, `<!-- x`: V8 refuses it; QuickJS reads `<` and `!--x`, as the standard has it.',
    isIt: (refusing) => /^HTML comments are not allowed in modules/i.test(refusing),
  },
]

/** One engine refuses the source, the other takes it, and the reason is a known one. */
const isDialect = (one: Outcome, other: Outcome): boolean =>
  [one, other].some(({ error }) => error?.code === 'BEDDEL_GUEST_SYNTAX' && DIALECTS.some(({ isIt }) => isIt(error.message)))

const classOf = (outcome: Outcome): string => (outcome.success ? 'value' : outcome.error.code)

/** One grammar, every engine: the same ending, and the same value where there is one. */
export const sourceForms: Target = {
  name: 'forms',
  says: 'a source ends in the same way on every engine, with the same value',
  open: async () => {
    const executors: Executor[] = [
      await isolatedVmProvider.create(),
      await quickJsProvider.create(),
      await workerProvider.create(),
      await vm2Provider.create({ allowVm2: true, suppressWarning: true, acceptHostRisk: true } as never),
    ]
    // In process a rejection that nobody handles is the host's: those engines do not say that it survives.
    const ignore = (): void => {}
    process.on('unhandledRejection', ignore)
    return {
      property: fc.asyncProperty(program, fc.constantFrom(undefined, undefined, 'script', 'body', 'module'), async (source, form) => {
        const [first, ...others] = await Promise.all(
          executors.map((executor) => executor.run(source, { ...(form && { form: form as never }), limits: { timeoutMs: TIMEOUT_MS } })),
        )
        if (first === undefined) return
        for (const other of others) {
          if (isDialect(first, other)) continue
          const differs =
            classOf(first) !== classOf(other)
              ? `${first.engine} ended in ${classOf(first)} (${first.error?.message ?? ''}), ${other.engine} in ${classOf(other)} (${other.error?.message ?? ''})`
              : same(first.result, other.result)
                ? undefined
                : `${first.engine} gave ${show(first.result)}, ${other.engine} ${show(other.result)}`
          if (differs !== undefined) throw new Error(`${JSON.stringify(source)} as ${form ?? 'auto'}: ${differs}`)
        }
      }),
      close: async () => {
        process.off('unhandledRejection', ignore)
        for (const executor of executors) await executor.dispose()
      },
    }
  },
}
