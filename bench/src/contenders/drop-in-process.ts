import type { Operations } from '../contender.ts'
import { dropIn } from '../drop-in.ts'

export async function open(): Promise<Operations> {
  return dropIn({ engine: 'isolated-vm' })
}
