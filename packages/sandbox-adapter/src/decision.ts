import { type EngineId, SandboxError, type Trust } from '@beddel/core'
import type { FileSettings } from './config-file.js'
import type { EngineEntry } from './engine-entry.js'
import { meetsFloor } from './engine-list.js'
import { env } from './host.js'
import { knownEngine, type Settings } from './settings.js'

export const ENGINE_VARIABLE = 'BEDDEL_SANDBOX_ENGINE'

/** Who decided which engine it is. */
export interface Decision {
  by: 'argument' | 'environment' | 'file' | 'automatic'
  /** The same in words: the option, the variable, the file's path. */
  where: string
  /** The engine that was named; `undefined` where the choice is automatic. */
  engine?: EngineId | undefined
}

/**
 * Argument, then environment, then file. The last two choose only among the engines that meet the trust floor which the
 * code has set; else `BEDDEL_TRUST_FLOOR`.
 */
export function decide({ engine, trust }: Settings, file: FileSettings | undefined): Decision {
  if (engine !== undefined) return { by: 'argument', where: 'the engine option', engine }
  const variable = env(ENGINE_VARIABLE)
  if (variable !== undefined) {
    const named = knownEngine(variable, `the environment variable ${ENGINE_VARIABLE}`)
    return aboveFloor({ by: 'environment', where: `${ENGINE_VARIABLE}=${named}`, engine: named }, trust)
  }
  if (file?.engine !== undefined) return aboveFloor({ by: 'file', where: file.path, engine: file.engine }, trust)
  return { by: 'automatic', where: 'the first that can be used' }
}

function aboveFloor(decision: Decision & { engine: EngineId }, trust: Trust): Decision {
  if (meetsFloor(decision.engine, trust)) return decision
  throw new SandboxError(
    'BEDDEL_TRUST_FLOOR',
    `${decision.where} asks for ${decision.engine}, which has no boundary: it is for code that you trust. ` +
      `Only code can lower the floor: trust: 'trusted', or the engine option.`,
    { phase: 'configure', details: { engine: decision.engine, trust, decidedBy: decision.by } },
  )
}

/** Whether the caller has allowed an engine that needs it; `undefined` where it needs nothing. */
export function consent({ optIn }: EngineEntry, { allowVm2 }: Settings): { allowed: boolean; how: string } | undefined {
  if (optIn === undefined) return undefined
  const allowed = allowVm2 ?? env(optIn.env) === '1'
  return { allowed, how: `${optIn.option}: true or ${optIn.env}=1` }
}

/** The error for an engine that was named, but not allowed. */
export function notAllowed(engine: EngineId, how: string): SandboxError {
  return new SandboxError('BEDDEL_TRUST_FLOOR', `${engine} runs only with consent: give ${how}.`, {
    phase: 'configure',
    details: { engine },
  })
}
