import { type CellOptions, IMPORT_PRELUDE } from '@beddel/core/engine'

/** What makes one guest's worker another than the next. */
export type Shape = Pick<CellOptions, 'web' | 'codegen' | 'wasm'>

/** The name of a guest's script: the guest runtime's options. */
export const guestScript = ({ web, codegen, wasm }: Shape): string => JSON.stringify({ web, codegen, wasm, hideHostFrames: true })

/** A worker's script by its name. Each text is loaded when it is first needed: the parsers are large. */
export async function textOf(script: string): Promise<string> {
  switch (script) {
    case 'compiler':
      return (await import('./generated/compiler-worker.js')).COMPILER_WORKER
    case 'tools':
      return (await import('./generated/tools-worker.js')).TOOLS_WORKER
    case 'typescript':
      return (await import('./generated/typescript-worker.js')).TYPESCRIPT_WORKER
    default:
      return guestText(script)
  }
}

async function guestText(options: string): Promise<string> {
  const { web } = JSON.parse(options) as Shape
  const [{ GUEST_WORKER }, { GUEST_RUNTIME }] = await Promise.all([
    import('./generated/guest-worker.js'),
    web ? import('@beddel/core/guest-runtime/web') : import('@beddel/core/guest-runtime/base'),
  ])
  return `${IMPORT_PRELUDE};${GUEST_WORKER}(${GUEST_RUNTIME},${options})\n//# sourceURL=beddel:runtime`
}
