import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The path of a Chromium: the one that `BEDDEL_CHROMIUM` names, or the first on the PATH. */
export function findChromium() {
  const { BEDDEL_CHROMIUM, PATH = '' } = process.env
  if (BEDDEL_CHROMIUM) return existsSync(BEDDEL_CHROMIUM) ? BEDDEL_CHROMIUM : undefined
  for (const name of NAMES) {
    const found = PATH.split(delimiter).find((folder) => folder !== '' && existsSync(join(folder, name)))
    if (found !== undefined) return join(found, name)
  }
  return undefined
}
