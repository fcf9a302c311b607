export interface Postgres {
  url: string
  readonly pid: number | undefined
  crash(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}
export function startPostgres(settings?: Record<string, string | number>): Promise<Postgres>
