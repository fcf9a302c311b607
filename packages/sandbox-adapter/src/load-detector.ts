import { requireNow } from './host.js'

/** The threat detector, an optional peer. Rejects where it is not installed. */
export const loadDetector = (): Promise<typeof import('@beddel/threat-detector')> => import('@beddel/threat-detector')

/** The same for a caller who cannot wait. */
export const loadDetectorNow = (): Awaited<ReturnType<typeof loadDetector>> => requireNow('@beddel/threat-detector') as never
