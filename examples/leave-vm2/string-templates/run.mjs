import { runCase } from '../support/run-case.mjs'

await runCase({
  folder: import.meta.dirname,
  packages: ['@budibase/string-templates'],
  calls: ['@budibase/string-templates/src/index.cjs'],
  attacks: ['escape', 'stall'],
})
