/** What is large is loaded when it is first needed. */
export const workerScript = async (): Promise<string> => (await import('../generated/worker.js')).WORKER

export const toolsText = async (): Promise<string> => (await import('../generated/tools.js')).TOOLS

/** QuickJS's binary, in the bundle itself: a page need not know where a file of ours is, and its policy need not let it load one. */
export async function binary(): Promise<Uint8Array<ArrayBuffer>> {
  const { BINARY } = await import('../generated/binary.js')
  const text = atob(BINARY)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
