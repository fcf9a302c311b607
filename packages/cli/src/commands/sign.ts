import { statSync } from 'node:fs'
import { EXIT } from '../exit-codes.js'
import { printErr, printOut, UsageError } from '../print.js'
import { smallFileOf, sourceOf, withSigning } from '../signing/load.js'
import { writeOut } from '../write-out.js'

export interface SignFlags {
  key: string
  out?: string
  effect?: string
  effectVersion?: string
  notBefore?: string
  notAfter?: string
  json?: boolean
}

/** Signs one file and adds the signature to those that lie beside it. */
export function sign(file: string, { key, out = `${file}.sig.json`, json, ...flags }: SignFlags): Promise<number> {
  return withSigning(async ({ formatSignatureFile, parseSignatureFile, signCode }) => {
    if (file === '-' && out === '-.sig.json') throw new UsageError('Code from stdin has no place for its signature: give --out.')
    if (file === '-' && key === '-') throw new UsageError('The code and the key cannot both come from stdin.')
    const code = await sourceOf(file)
    const privateKey = await smallFileOf(key, 'The key')
    warnOfReaders(key)
    const { effect, effectVersion: version, notBefore, notAfter } = flags
    const signature = await signCode(code, { privateKey, effect, version, notBefore, notAfter })
    const before = isThere(out) ? parseSignatureFile((await smallFileOf(out, 'The file of signatures')).toString()) : []
    // The same key's earlier word is taken back, and so is what was said of another source.
    const ofThisSource = before.filter(({ codeSha256 }) => codeSha256 === signature.codeSha256)
    const kept = ofThisSource.filter(({ keyId }) => keyId !== signature.keyId)
    await writeOut([formatSignatureFile([...kept, signature])], out)
    const dropped = before.length - ofThisSource.length
    if (dropped > 0) printErr(`note: ${dropped} signature(s) of another source were in ${out}, and are removed.`)
    if (json === true) printOut(JSON.stringify({ file: out, signature, signatures: kept.length + 1 }, null, 2))
    else printOut(`${out}: signed by ${signature.keyId}${kept.length > 0 ? `, beside ${kept.length} other(s)` : ''}`)
    return EXIT.ok
  })
}

/** The file is read and then replaced: neither is for a device or a pipe. */
function isThere(out: string): boolean {
  const found = statSync(out, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) throw new UsageError(`${out} is no regular file: signatures cannot be kept there.`)
  return found !== undefined
}

function warnOfReaders(path: string): void {
  if (path === '-' || process.platform === 'win32') return
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) !== 0) printErr(`note: ${path} is open to others of this machine (mode ${mode.toString(8)}): chmod 600 it.`)
}
