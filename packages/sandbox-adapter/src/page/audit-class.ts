import type { AuditTrail } from '../audit-trail.js'

/** Loaded with the first run of an adapter that has a sink: most pages have none. */
export async function trailClass(): Promise<typeof AuditTrail> {
  return (await import('../audit-trail.js')).AuditTrail
}

/** No engine of a page can make its caller wait, so nobody comes here. */
export function trailClassNow(): never {
  throw new Error('nothing is synchronous in a page')
}
