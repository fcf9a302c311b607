import type { Expression, Statement, VariableDeclaration } from 'acorn'
import { Edits } from './edits.js'
import { parse } from './parse.js'

/**
 * Shows what leaves a script to a function of the script's global scope: for engines that run a script but cannot say
 * what it threw. `watch` is called with a function, must call that and throw on what it throws. Declarations stay
 * where they are, so top-level `let`, `const` and functions are still the script's. What a destructuring pattern or a
 * class body of the top level throws is not seen. Lines stay.
 *
 * @throws {SourceError} for what cannot be parsed.
 */
export function keepThrown(source: string, watch: string): string {
  const edits = new Edits()
  let group: Statement[] = []
  let hasValue = false
  const close = (): void => {
    const [first, last] = [group[0], group.at(-1)]
    // A `try` has a value even where nothing in it has one: it would hide what came before.
    if (first && last && !(hasValue && group.every(({ type }) => type === 'BlockStatement'))) {
      edits.open(first.start, 'try{')
      edits.close(last.end, `}catch(__beddel_e){${watch}(()=>{throw __beddel_e})}`)
      hasValue = true
    }
    group = []
  }
  for (const statement of parse(source, 'script').body as Statement[]) {
    if (statement.type === 'EmptyStatement') continue
    if (!isDeclaration(statement) && !('directive' in statement && statement.directive !== undefined)) {
      group.push(statement)
      continue
    }
    close()
    if (!isDeclaration(statement)) hasValue = true
    else if (statement.type === 'VariableDeclaration') watchValues(statement, watch, edits)
  }
  close()
  return edits.apply(source)
}

const isDeclaration = ({ type }: Statement): boolean =>
  type === 'VariableDeclaration' || type === 'FunctionDeclaration' || type === 'ClassDeclaration'

function watchValues({ declarations }: VariableDeclaration, watch: string, edits: Edits): void {
  for (const { init } of declarations) {
    if (!init || hasNoEffect(init)) continue
    edits.open(init.start, `${watch}(()=>(`)
    edits.close(init.end, '))')
  }
}

/** Such a value cannot throw, or gets its name from the variable and would lose it. */
function hasNoEffect(value: Expression): boolean {
  return (
    value.type === 'Literal' ||
    value.type === 'ArrowFunctionExpression' ||
    value.type === 'FunctionExpression' ||
    (value.type === 'ClassExpression' && !value.id)
  )
}
