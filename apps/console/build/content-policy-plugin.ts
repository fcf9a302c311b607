import type { Plugin } from 'vite'
import { CONTENT_POLICY } from '../src/content-policy.ts'

/** Writes the policy into each page, for whoever serves the built folder without headers. */
export function contentPolicyPlugin(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY }, injectTo: 'head-prepend' },
    ],
  }
}
