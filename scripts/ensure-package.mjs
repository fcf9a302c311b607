import { spawnSync } from 'node:child_process'

const run = (command, ...args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0

/**
 * Finds a program that tests need, or installs Debian's package of it where it can; ends the process where it is not to be had.
 * Nothing else is downloaded.
 */
export function ensurePackage({ name, tests, find, packageName, variable }) {
  if (find() === undefined) {
    console.log(`${name} is not here: installing it with apt-get …`)
    const isRoot = process.getuid?.() === 0
    const installed = isRoot && run('apt-get', 'update') && run('apt-get', 'install', '-y', '--no-install-recommends', packageName)
    if (!installed || find() === undefined) {
      const why = isRoot ? 'apt-get could not install it' : 'only root can install it'
      console.error(`${tests} need ${name}, and ${why}. Install it (Debian: apt-get install ${packageName}) or name one in ${variable}.`)
      process.exit(1)
    }
  }
  console.log(`${name}: ${find()}`)
}
