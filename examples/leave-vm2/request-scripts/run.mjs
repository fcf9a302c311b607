import { runCase } from '../support/run-case.mjs'

await runCase({
  folder: import.meta.dirname,
  packages: ['@usebruno/js'],
  calls: ['@usebruno/js/src/runtime/script-runtime.js', '@usebruno/js/src/runtime/test-runtime.js'],
  attacks: ['escape', 'template', 'stall'],
})
