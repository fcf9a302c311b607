import { spawnSync } from 'node:child_process'

/** The command of an OpenSSL that signs with Ed25519 on the command line: 3.0 or later. The one that `BEDDEL_OPENSSL` names, or that on the PATH. */
export function findOpenssl() {
  const command = process.env.BEDDEL_OPENSSL || 'openssl'
  const { stdout } = spawnSync(command, ['version'], { encoding: 'utf8' })
  const major = /^OpenSSL (\d+)\./.exec(stdout ?? '')?.[1]
  return Number(major) >= 3 ? command : undefined
}
