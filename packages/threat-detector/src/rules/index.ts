import { FILE_SYSTEM } from './file-system.js'
import { NETWORK } from './network.js'
import { PROCESS_ACCESS } from './process-access.js'
import { PROTOTYPE_POLLUTION } from './prototype-pollution.js'
import { RESOURCES } from './resources.js'
import type { Rule } from './rule.js'
import { VM_ESCAPE } from './vm-escape.js'

/** Changes with every change of a rule or of what is understood: answers of another version are not reused. */
export const RULES_VERSION = '1'

export const RULES: readonly Rule[] = [...VM_ESCAPE, ...PROCESS_ACCESS, ...PROTOTYPE_POLLUTION, ...FILE_SYSTEM, ...NETWORK, ...RESOURCES]
