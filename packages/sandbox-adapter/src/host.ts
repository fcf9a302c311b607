type BuiltIns = {
  'node:child_process': typeof import('node:child_process')
  'node:diagnostics_channel': typeof import('node:diagnostics_channel')
  'node:fs': typeof import('node:fs')
  'node:module': typeof import('node:module')
  'node:path': typeof import('node:path')
  'node:url': typeof import('node:url')
}

/**
 * One of Node's own modules, fetched when it is needed; `undefined` where there is no Node. A bundle for a page has no
 * `node:` import this way, and importing this package touches nothing.
 */
export function builtin<K extends keyof BuiltIns>(id: K): BuiltIns[K] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } }
  return process?.getBuiltinModule?.(id) as BuiltIns[K] | undefined
}

/** An environment variable now; an empty one counts as absent. */
export function env(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  const value = process?.env?.[name]
  return value === '' ? undefined : value
}

export function workingDirectory(): string | undefined {
  const { process } = globalThis as { process?: { cwd?(): string } }
  return process?.cwd?.()
}

/** Loads a package at once. Throws where it is not installed, and where there is no Node. */
export function requireNow(name: string): unknown {
  return resolver()(name)
}

/** The file that a package's name stands for. */
export function resolveNow(name: string): string {
  return resolver().resolve(name)
}

function resolver(): NodeJS.Require {
  const module = builtin('node:module')
  if (module === undefined) throw new Error('packages cannot be loaded synchronously here')
  return module.createRequire(import.meta.url)
}
