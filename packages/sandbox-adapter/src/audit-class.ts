import { AuditTrail } from './audit-trail.js'

/** What tells a sink of runs. A page loads it when there is a sink. */
export function trailClass(): typeof AuditTrail | Promise<typeof AuditTrail> {
  return AuditTrail
}

/** The same for a caller who cannot wait. */
export function trailClassNow(): typeof AuditTrail {
  return AuditTrail
}
