/** The path of a Chromium: the one that `BEDDEL_CHROMIUM` names, or the first on the PATH. */
export function findChromium(): string | undefined
