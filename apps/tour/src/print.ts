import { styleText } from 'node:util'

/** Where the tour's lines go. */
export type Print = (line: string) => void

export const good = (text: string): string => styleText('green', text)
export const bad = (text: string): string => styleText('red', text)
export const dim = (text: string): string => styleText('dim', text)
export const section = (text: string): string => `\n${styleText('bold', text)}`

export const MB = 1e6
export const mb = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`
