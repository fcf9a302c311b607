import { unsupported } from '@beddel/core'

/** A page has no files: one that is named cannot be read, and none is looked for. */
export function readConfigFile(config: string | false | undefined): undefined {
  if (typeof config === 'string') throw unsupported('config', `names the file ${config}, and a page has none.`)
}
