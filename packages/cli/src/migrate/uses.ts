import type { Node } from '@oxc-project/types'
import { Flow } from './flow.js'
import type { Given } from './given.js'
import { readSource, type Source } from './source.js'
import { findSpecifier } from './specifiers.js'

export type ClassName = 'VM' | 'NodeVM'

/** A place that makes a VM. */
export interface Site {
  className: ClassName
  node: Extract<Node, { type: 'NewExpression' }>
  line: number
  options: Node | undefined
}

/** What was seen and is not changed. */
export interface Left {
  line: number
  what: string
  why: string
}

/** A string literal that names vm2. */
export interface Specifier {
  start: number
  end: number
  line: number
  how: 'import' | 'export' | 'require' | 'import()' | 'type'
  /** `import vm2 from 'vm2'`: the name, and the end of what stands for it. */
  whole?: { start: number; end: number; name: string; others: boolean }
}

export interface Uses {
  source: Source
  /** Whether what was changed before counts too. */
  followsNew: boolean
  specifiers: Specifier[]
  sites: Site[]
  left: Left[]
  /** What the file hands on to those that import it. */
  gives: Map<string, string>
  /** Files of the project that hand vm2 on to this one. */
  from: { specifier: string; line: number }[]
}

export interface FindOptions {
  lookup?: Lookup
  /** Imports of the new package are uses too: they may have call sites without a name. */
  followNew?: boolean
}

/** What another file of the project hands on; `undefined` where it has nothing of vm2. */
export type Lookup = (specifier: string) => Given | undefined

/** Every use of vm2 in a file, by scopes and not by words. */
export function findUses(
  file: string,
  code: string,
  { lookup = () => undefined, followNew = false }: FindOptions = {},
): Uses | { problem: string } {
  const source = readSource(file, code)
  if ('problem' in source) return source
  const uses: Uses = { source, followsNew: followNew, specifiers: [], sites: [], left: [], gives: new Map(), from: [] }
  const flow = new Flow(uses)
  for (const node of source.nodes) findSpecifier(node, uses, flow, lookup)
  uses.sites.sort((a, b) => a.node.start - b.node.start)
  return uses
}

/** Whether a file that imports this one can get something of vm2 there. */
export const handsOn = ({ gives }: Uses): boolean => gives.size > 0

/** Whether the file has anything to do with vm2. */
export const isUser = ({ specifiers, sites, left, from }: Uses): boolean =>
  specifiers.length > 0 || sites.length > 0 || left.length > 0 || from.length > 0
