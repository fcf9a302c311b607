import type { Program } from 'acorn'
import { parse } from './parse.js'

/**
 * A session's script for engines that can only evaluate it: there `let`, `const` and classes of the top level would end
 * with the evaluation, so each becomes a `var`, which stays. Lines and columns stay too, but behind a class.
 *
 * @throws {SourceError} for what cannot be parsed.
 */
export function sessionScript(source: string): string {
  const program: Program = parse(source, 'script')
  let out = ''
  let from = 0
  const put = (at: number, length: number, text: string): void => {
    out += source.slice(from, at) + text
    from = at + length
  }
  for (const statement of program.body) {
    if (statement.type === 'ClassDeclaration') {
      put(statement.start, 0, `var ${statement.id.name}=`)
      put(statement.end, 0, ';')
    } else if (statement.type === 'VariableDeclaration' && (statement.kind === 'let' || statement.kind === 'const')) {
      put(statement.start, statement.kind.length, 'var'.padEnd(statement.kind.length))
      // `let x` begins anew where `var x` would keep what an earlier script left.
      for (const { id, init } of statement.declarations) if (!init && id.type === 'Identifier') put(id.end, 0, '=void 0')
    }
  }
  return out + source.slice(from)
}
