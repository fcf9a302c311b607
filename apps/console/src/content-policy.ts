/**
 * What this page may load and reach: itself, and nothing else. It also binds the sandboxed frame of the engine that runs
 * in a page, since a frame without an address inherits it; that frame's own policy is narrower still.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
