import { FRAME_SCRIPT_HASH } from '@beddel/executor-browser'

/**
 * What this page may load and reach: its own files, and nothing else. The sandboxed frames in which guests run have no
 * address and inherit it, so it must let pass what theirs lets pass: the script that they begin with, workers made of
 * it, and code from strings, which a guest is. This page itself makes no code of strings; each frame's own policy is
 * narrower and leaves a guest no network.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  `script-src 'self' '${FRAME_SCRIPT_HASH}' 'unsafe-eval'`,
  'worker-src blob:',
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
