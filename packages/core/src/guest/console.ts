import { TELL, type Post } from '../engine/ops.js'
import { print } from './print.js'
import { run } from './state.js'
import { define } from './globals.js'

/** `console`: printed to text here, bounded by `logBytes`, sent line by line. Methods without an output are accepted. */
export function installConsole(post: Post): void {
  let indent = ''
  const say = (level: string, args: unknown[]): void => {
    let text = indent
    for (let i = 0; i < args.length; i++) text += (i > 0 ? ' ' : '') + print(args[i])
    // What is over the limit is not sent, only counted: a flood costs the host one line each at the most.
    if (run.logBytes < text.length || run.logLines <= 0) {
      if (run.logsDropped++ < 1) post(TELL.LOG, level, '', 'dropped')
      return
    }
    run.logBytes -= text.length + 1
    run.logLines--
    post(TELL.LOG, level, text)
  }
  const console: Record<string, (...args: unknown[]) => void> = {}
  const levels = ['debug', 'log', 'info', 'warn', 'error']
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i] as string
    console[level] = (...args) => say(level, args)
  }
  console.trace = console.dir = console.table = console.log as never
  console.assert = (ok, ...args) => {
    if (!ok) say('error', ['Assertion failed', ...args])
  }
  console.group = console.groupCollapsed = (...args) => {
    if (args.length > 0) say('log', args)
    if (indent.length < 40) indent += '  '
  }
  console.groupEnd = () => {
    indent = indent.length > 2 ? '  ' : ''
  }
  const quiet = ['count', 'countReset', 'time', 'timeEnd', 'timeLog', 'clear', 'profile', 'profileEnd', 'timeStamp']
  for (let i = 0; i < quiet.length; i++) console[quiet[i] as string] = () => {}
  define('console', console)
}
