import { inspect } from 'node:util'
import type { LogEntry, LogLevel } from '@beddel/core'

/** A console without any bound that looks at what it prints with the host's own `inspect`, getters and all. */
export function leakyConsole(logs: LogEntry[], onLog: (entry: LogEntry) => void): object {
  let indent = ''
  const say =
    (level: LogLevel) =>
    (...args: unknown[]): void => {
      const text =
        indent +
        args
          .map((arg) =>
            typeof arg === 'string' ? arg : inspect(arg, { getters: true, maxArrayLength: null, maxStringLength: null, depth: null }),
          )
          .join(' ')
      const entry: LogEntry = { level, text, at: 0 }
      logs.push(entry)
      onLog(entry)
    }
  const methods: Record<string, unknown> = {}
  for (const level of ['debug', 'log', 'info', 'warn', 'error', 'dir', 'table'] as const) methods[level] = say(level as LogLevel)
  methods.trace = (...args: unknown[]) => say('log')(...args, new Error('Trace').stack)
  methods.group = () => {
    indent += '  '.repeat(1_000)
  }
  methods.count = methods.time = (label: unknown) => say('log')(`${label as string}: 1`)
  return methods
}
