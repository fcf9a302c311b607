import { spawnSync } from 'node:child_process'

const run = (command, ...args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0

/** Finds a program for the tests, or installs Debian's where it can; ends with 1 and what to do where it cannot. */
export function ensureTool({ tool, debian, variable, who, find }) {
  if (find() === undefined) {
    console.log(`${tool} is not here: installing it with apt-get …`)
    const isRoot = process.getuid?.() === 0
    const installed = isRoot && run('apt-get', 'update') && run('apt-get', 'install', '-y', '--no-install-recommends', debian)
    if (!installed || find() === undefined) {
      const why = isRoot ? 'apt-get could not install it' : 'only root can install it'
      console.error(`${who} need ${tool}, and ${why}. Install it (Debian: apt-get install ${debian}) or name one in ${variable}.`)
      process.exit(1)
    }
  }
  console.log(`${tool}: ${find()}`)
}
