import { runCase } from '../support/run-case.mjs'

await runCase({
  folder: import.meta.dirname,
  packages: ['pac-resolver', 'degenerator'],
  calls: ['degenerator/dist/index.js'],
  attacks: ['escape', 'stall'],
})
