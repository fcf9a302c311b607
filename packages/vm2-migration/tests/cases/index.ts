import type { Case } from './case.ts'
import { errors } from './errors.ts'
import { node } from './node.ts'
import { script } from './script.ts'
import { sharing } from './sharing.ts'
import { vm } from './vm.ts'

export const CASES: readonly Case[] = [...vm, ...sharing, ...errors, ...script, ...node]
export { type Case, expected, outcomeOf, type Tools } from './case.ts'
