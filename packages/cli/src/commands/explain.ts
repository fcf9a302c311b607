import { explainEngines } from '@beddel/sandbox-adapter'
import { exitCodeOfReport } from '../exit-codes.js'
import { printOut } from '../print.js'

/** Prints what a bare adapter would choose here; returns the exit code. */
export async function explain({ json }: { json?: boolean }): Promise<number> {
  const report = await explainEngines()
  printOut(json === true ? JSON.stringify(report, null, 2) : String(report))
  return exitCodeOfReport(report)
}
