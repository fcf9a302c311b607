import { defineConfig } from 'vite'
import { contentPolicyPlugin } from './build/content-policy-plugin.ts'
import { docPagesPlugin } from './build/doc-pages-plugin.ts'

export default defineConfig({
  // Wherever the folder is served from.
  base: './',
  build: {
    // The first with light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 4_000,
    // The policy lets nothing pass that stands in the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [contentPolicyPlugin(), docPagesPlugin()],
})
