import type { Pattern, Program } from 'acorn'
import { parse } from './parse.js'

export interface SessionScript {
  code: string
  /** Names that the script declares with `let`, `const` and `class`: no later script may declare them again. */
  lexical: string[]
  /** All names that it declares at its top level. */
  declared: string[]
}

/**
 * A session's script for engines that can only evaluate it: there `let`, `const` and classes of the top level would end
 * with the evaluation, so each becomes a `var`, which stays. Lines and columns stay too, but behind a class.
 *
 * @throws {SourceError} for what cannot be parsed.
 */
export function sessionScript(source: string): SessionScript {
  const program: Program = parse(source, 'script')
  const lexical: string[] = []
  const declared: string[] = []
  let out = ''
  let from = 0
  const put = (at: number, length: number, text: string): void => {
    out += source.slice(from, at) + text
    from = at + length
  }
  for (const statement of program.body) {
    if (statement.type === 'FunctionDeclaration') declared.push(statement.id.name)
    else if (statement.type === 'ClassDeclaration') {
      lexical.push(statement.id.name)
      put(statement.start, 0, `var ${statement.id.name}=`)
      put(statement.end, 0, ';')
    } else if (statement.type === 'VariableDeclaration') {
      const names = statement.declarations.flatMap(({ id }) => namesOf(id))
      if (statement.kind !== 'let' && statement.kind !== 'const') {
        declared.push(...names)
        continue
      }
      lexical.push(...names)
      put(statement.start, statement.kind.length, 'var'.padEnd(statement.kind.length))
      // `let x` begins anew where `var x` would keep what an earlier script left.
      for (const { id, init } of statement.declarations) if (!init && id.type === 'Identifier') put(id.end, 0, '=void 0')
    }
  }
  return { code: out + source.slice(from), lexical, declared: [...lexical, ...declared] }
}

function namesOf(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) => namesOf(each.type === 'Property' ? each.value : each.argument))
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each === null ? [] : namesOf(each)))
    case 'AssignmentPattern':
      return namesOf(pattern.left)
    case 'RestElement':
      return namesOf(pattern.argument)
    default:
      return []
  }
}
