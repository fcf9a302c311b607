import { parse, type SourceForm } from './parse.js'
import { walk } from './walk.js'

/**
 * Whether a source has an async function, an `await` or a `for await` in it.
 *
 * @throws {SourceError} for what cannot be parsed.
 */
export function usesAsync(source: string, form: SourceForm): boolean {
  if (!/async|await/.test(source)) return false
  let found = false
  walk(parse(source, form), (node) => {
    found ||= node.type === 'AwaitExpression' || ('async' in node && node.async === true) || ('await' in node && node.await === true)
  })
  return found
}
