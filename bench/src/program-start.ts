import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Milliseconds from the start of a process to its first output. */
export async function timeToOutput(program: string, expected: string, flags: readonly string[] = []): Promise<number> {
  const main = fileURLToPath(new URL(`./programs/${program}.js`, import.meta.url))
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...flags, main], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const first = once(child.stdout, 'data').then(([data]) => ({ said: String(data), ms: performance.now() - startedAt }))
  const answer = await Promise.race([first, gone.then(() => undefined)])
  await gone
  if (answer?.said.trim() !== expected) throw new Error(`${program} said ${JSON.stringify(answer?.said)} instead of ${expected}`)
  return answer.ms
}
