export interface Packed {
  folder: string
  tarballs: Record<string, string>
  remove(): void
}
export const root: string
export function tryRun(cwd: string, command: string, ...args: string[]): { status: number | null; stdout: string; stderr: string }
export function run(cwd: string, command: string, ...args: string[]): string
export function pack(): Packed
export function project(packed: Packed, name: string, packages?: string[], overrides?: Record<string, string | undefined>): string
