/**
 * Puts a whole new file in the place of an old one, or of none: whoever reads sees one of the two, also after a crash or a
 * power cut. Who may read it stays as it was. The folder must be there.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const { open, realpath, rename, rm, stat } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  // What a link points to is replaced, not the link.
  const target = await realpath(path).catch(() => path)
  const old = await stat(target).catch(() => undefined)
  const beside = `${target}.${crypto.randomUUID()}.tmp`
  try {
    const file = await open(beside, 'wx', old === undefined ? 0o644 : old.mode & 0o777)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(target))
}

/** The new name is on the disk only with its folder. Windows cannot do that, and needs not. */
async function syncFolder(path: string): Promise<void> {
  const { open } = await import('node:fs/promises')
  const folder = await open(path, 'r').catch(() => undefined)
  try {
    await folder?.sync()
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await folder?.close()
  }
}
