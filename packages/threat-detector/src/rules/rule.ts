import type { Maybe } from '../fold/values.js'
import type { Node } from '../tree/node.js'
import type { PatternName } from '../weights.js'

/** The five families of the second vocabulary, and what is in each: 13 patterns. */
export const FAMILIES = {
  'vm-escape': ['constructor-chain', 'dynamic-code', 'stack-access', 'engine-internals'],
  'process-access': ['process-object', 'child-process', 'module-loading', 'environment'],
  'prototype-pollution': ['proto-property', 'builtin-prototype'],
  'file-system': ['file-module', 'host-path'],
  network: ['network-request'],
} as const

export type Family = keyof typeof FAMILIES
export type FamilyPattern = (typeof FAMILIES)[Family][number]

/** Something that a source does, as far as its text tells. */
export interface Event {
  /**
   * - `use`: a global is read; the key is its path, `process.env.HOME`
   * - `call`: a global is called; the key is its path
   * - `write`: a property of a global is set; `__proto__.x` is a property of something's prototype
   * - `load`: a module is loaded; the key is its name, empty where that is not known
   * - `make`: a function is made from text by a constructor that was reached by a property
   * - `name`: a property of this name is used on something that is no global
   * - `method`: a built-in method is called
   * - `text`: a call is given this constant text; the key is empty
   * - `dynamic`: the global object is asked for a name that cannot be told
   * - `loop`: a loop
   */
  on: 'use' | 'call' | 'write' | 'load' | 'make' | 'name' | 'method' | 'text' | 'dynamic' | 'loop'
  key: string
  node: Node
  args: readonly Maybe[]
  /** What a method is called on. */
  self?: Maybe
  text?: string
}

/** A rule as it is written down. */
export interface Rule {
  /** Stays the same for good: reports and exceptions name it. */
  id: string
  pattern: PatternName
  /** Its place among the 13 patterns in five families; absent for what is in none of them. */
  family?: readonly [Family, FamilyPattern]
  /** Weighs less than its pattern, for the reason that stands beside it. */
  weight?: number
  on: Event['on']
  /** Keys; `process.*` is `process` and all below it, `*` is every key. */
  keys: readonly string[]
  /** Keys that are none of this rule's, in the same notation. */
  except?: readonly string[]
  /** What has to hold besides. */
  when?(event: Event): boolean
  /** One sentence. `{key}` stands for the key. */
  reason: string
  /** Sources in which it must find something, and sources in which it must not. The tests run each. */
  examples: { match: readonly string[]; no: readonly string[] }
}
