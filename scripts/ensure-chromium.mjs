// Finds Chromium for the tests in a page, or installs Debian's where it can. Nothing else is downloaded.
// `BEDDEL_CHROMIUM` names another one.
import { spawnSync } from 'node:child_process'
import { findChromium } from './find-chromium.mjs'

const run = (command, ...args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0

if (findChromium() === undefined) {
  console.log('Chromium is not here: installing it with apt-get …')
  const isRoot = process.getuid?.() === 0
  const installed = isRoot && run('apt-get', 'update') && run('apt-get', 'install', '-y', '--no-install-recommends', 'chromium')
  if (!installed || findChromium() === undefined) {
    const why = isRoot ? 'apt-get could not install it' : 'only root can install it'
    console.error(
      `The tests in a page need Chromium, and ${why}. Install it (Debian: apt-get install chromium) or name one in BEDDEL_CHROMIUM.`,
    )
    process.exit(1)
  }
}
console.log(`Chromium: ${findChromium()}`)
