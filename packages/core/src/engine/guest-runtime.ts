import { GUEST_RUNTIME as BASE } from '../generated/guest-runtime/base.js'
import { GUEST_RUNTIME as WITH_WEB } from '../generated/guest-runtime/web.js'

/** The guest runtime's source. */
export function guestRuntime(options: { web: boolean }): string {
  return options.web ? WITH_WEB : BASE
}

/** Without the web part. */
export const GUEST_RUNTIME: string = BASE
