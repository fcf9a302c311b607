#!/usr/bin/env node
import { createRequire } from 'node:module'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { EXIT } from './exit-codes.js'
import type { AuditExportFlags, AuditProofFlags, AuditReportFlags, AuditVerifyFlags } from './commands/audit.js'
import { FAIL_ON, type ScanFlags } from './threats/scan-flags.js'
import type { CodemodFlags } from './commands/migrate-codemod.js'
import type { ConformanceFlags } from './commands/conformance.js'
import type { ReportFlags } from './commands/migrate-report.js'
import type { RunFlags } from './commands/run.js'
import { addSigningCommands } from './signing/commands.js'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const program = new Command('beddel-sandbox')
  .description('Runs JavaScript that somebody else wrote, and shows which sandbox engines this machine has.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('Try --help.')

program
  .command('run')
  .description('Run a file in a sandbox: its result goes to stdout, its console to stderr.')
  .argument('<file>', 'JavaScript, or TypeScript by its extension (.ts, .mts, .cts); - reads JavaScript from stdin')
  .option('--input <file>', 'a JSON file that the guest finds under the name input; - reads it from stdin')
  .option('--engine <name>', 'use this engine and no other')
  .option('--timeout <ms>', 'time for the run in milliseconds (default 5000)', positive)
  .option('--memory <MB>', 'memory for the guest in MB (default 128)', positive)
  .option('--json', 'print how the run ended as one JSON object, console included')
  .addHelpText('after', exitHelp())
  .action((file: string, flags: RunFlags) => go(async () => (await import('./commands/run.js')).run(file, flags)))

program
  .command('explain')
  .description('Say which engine a run here would use, and why not the others.')
  .option('--json', 'print it as JSON')
  .action((flags: { json?: boolean }) => go(async () => (await import('./commands/explain.js')).explain(flags)))

program
  .command('doctor')
  .description('Check each engine: usable, its version, why not, what to do, what it does not enforce.')
  .option('--json', 'print it as JSON')
  .action((flags: { json?: boolean }) => go(async () => (await import('./commands/doctor.js')).doctor(flags)))

program
  .command('scan')
  .description('Say what files look like before they run: advice, not isolation. Needs @beddel/threat-detector.')
  .argument('<globs...>', 'files, or patterns of files, quoted')
  .option('--json', 'print the analyses as JSON')
  .option('--sarif', 'print them as SARIF 2.1.0, for code-scanning tools')
  .addOption(new Option('--fail-on <severity>', 'from which severity on the exit code is 1').choices(FAIL_ON).default('high'))
  .option('--threshold <score>', 'the score from which a file counts as blocked (default 80)', positive)
  .option('--ignore <rules...>', 'ids of rules that do not count')
  .addHelpText('after', '\nExit codes: 0 nothing as severe as --fail-on, 1 something is, or a file could not be looked at, 2 wrong usage')
  .action((globs: string[], flags: ScanFlags) => go(async () => (await import('./commands/scan.js')).scan(globs, flags)))

const migrate = program.command('migrate').description('Leave vm2, one call site at a time.')

migrate
  .command('scan')
  .description('Find the uses of vm2 in a project, grade each by its difficulty, and print the plan.')
  .argument('[dir]', 'the project', '.')
  .option('--json', 'print it as JSON')
  .action((dir: string, flags: { json?: boolean }) => go(async () => (await import('./commands/migrate-scan.js')).migrateScan(dir, flags)))

migrate
  .command('codemod')
  .description('Change the imports of vm2 and name each call site; without --write, print the diff.')
  .argument('<globs...>', 'files, or patterns of files, quoted')
  .option('--write', 'change the files')
  .addOption(new Option('--to <target>', 'also rewrite new VM(…).run(…) where that is safe').choices(['adapter']))
  .action((globs: string[], flags: CodemodFlags) =>
    go(async () => (await import('./commands/migrate-codemod.js')).migrateCodemod(globs, flags)),
  )

migrate
  .command('report')
  .description('Read the recordings of both engines, and tell for each call site whether it is ready to move.')
  .argument('[dir]', 'the folder of the recordings (*.jsonl)', '.beddel/migration')
  .option('--json', 'print it as JSON')
  .option('--html <file>', 'also write it as one page with charts, which loads nothing')
  .option('--site <glob>', 'only call sites whose name or file matches: * is any text, ? one character')
  .option('--since <when>', 'only recordings from then on: 30m, 12h, 7d, 2w, or a date')
  .option('--min-runs <n>', 'compared runs that a call site needs (default 100)', positive)
  .option('--min-equal <percent>', 'share of them that must be equal (default 99.9)', percentage)
  .option('--require-ready', 'end with 1 where a call site is not ready, or there is none')
  .addHelpText('after', '\nExit codes: 0 the report is made, 1 --require-ready is not met, 2 wrong usage, or a file that cannot be read')
  .action((dir: string, flags: ReportFlags) => go(async () => (await import('./commands/migrate-report.js')).migrateReport(dir, flags)))

program
  .command('conformance')
  .description('Test an engine, of this machine or of your own: what it declares must hold. Needs @beddel/conformance.')
  .option('--engine <name>', 'an engine that the adapter knows')
  .option('--module <file>', 'the module of an engine of your own')
  .option('--export <name>', 'the export of --module that is the provider; needed only where there are several')
  .option('--placement <where>', 'process or in-process')
  .option('--options <json>', 'more options for every executor, as a JSON object')
  .option('--only <what...>', 'attacks, by id or by family, and no suites')
  .option('--json', 'print the whole report as JSON')
  .addHelpText('after', '\nExit codes: 0 it holds what it declares, 1 it does not, 2 wrong usage, 5 no executor could be made')
  .action((flags: ConformanceFlags) => go(async () => (await import('./commands/conformance.js')).conformance(flags)))

addSigningCommands(program, go, positive)
const audit = program.command('audit').description('Verify, export and report on a log of @beddel/audit-log.')

/** Where the log is; the same for each command. */
const ofLog = (command: Command): Command =>
  command
    .option('--db <file>', 'a SQLite file (default .beddel/audit.sqlite); it is not changed, but -wal and -shm may appear beside it')
    .option('--postgres <url>', 'a PostgreSQL database instead; or its URL in BEDDEL_AUDIT_POSTGRES')
    .option('--schema <name>', 'the schema of its tables there (default public)')
    .option('--log <name>', 'the log in it (default main)')
    .option('--key <file...>', 'public keys, as PEM, that checkpoints must be signed with')
const withFilter = (command: Command): Command =>
  command
    .option('--tenant <name>')
    .option('--effect <name>')
    .option('--who <name>')
    .option('--engine <name>')
    .option('--ending <code>', 'ok, failed, started or an error code')
    .option('--since <time>', 'from this moment on, as 2026-01-31 or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'before this moment')
const command = <F>(run: (module: typeof import('./commands/audit.js'), flags: F) => Promise<number>) => {
  return (flags: F) => go(async () => run(await import('./commands/audit.js'), flags))
}

ofLog(audit.command('verify'))
  .description('Go along a log, an export or a proof, and name the first thing that is not as it was.')
  .option('--file <file>', 'an export (JSON Lines) or a proof (JSON) instead of a database')
  .option('--checkpoint <file...>', 'checkpoints from elsewhere, as JSON, to hold the log against')
  .option('--json', 'print what was found as JSON')
  .addHelpText('after', '\nExit codes: 0 whole, 1 damaged, 2 wrong usage, 5 the store cannot be read')
  .action(command<AuditVerifyFlags>((module, flags) => module.auditVerify(flags)))
withFilter(ofLog(audit.command('export')))
  .description('Write a log out: whole and verifiable, or entries as records or as a table.')
  .addOption(
    new Option('--format <format>', 'jsonl is the whole log; the others take a filter')
      .choices(['jsonl', 'records', 'csv'])
      .default('jsonl'),
  )
  .option('--redact <path...>', 'what to replace in records and csv, as who or values.input.**')
  .option('--out <file>', 'a file instead of stdout')
  .action(command<AuditExportFlags>((module, flags) => module.auditExport(flags)))
withFilter(ofLog(audit.command('report')))
  .description('Make one HTML page: totals, refusals, limits, failures, charts, and the verification.')
  .option('--title <text>')
  .option('--out <file>', 'a file instead of stdout')
  .action(command<AuditReportFlags>((module, flags) => module.auditReport(flags)))
ofLog(audit.command('proof'))
  .description('Show that an entry is in the log, or that an old log is the beginning of this one, to somebody who has only the key.')
  .option('--entry <number>', 'the entry', whole)
  .option('--since-checkpoint <file>', 'the checkpoint of the old log, as JSON')
  .option('--out <file>', 'a file instead of stdout')
  .action(command<AuditProofFlags>((module, flags) => module.auditProof(flags)))

// A reader that has seen enough closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.engine))

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // Commander has said what is wrong; help and version were asked for.
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
}

/** The exit code is set, not forced: what was written to a pipe must get there. */
async function go(command: () => Promise<number>): Promise<void> {
  process.exitCode = await command()
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(text)
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.')
  return Number(text)
}

function percentage(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value > 100) throw new InvalidArgumentError('It must be a number from 0 to 100.')
  return value
}

function exitHelp(): string {
  return `
Exit codes:
  0  the run gave a value
  1  the guest failed: a syntax error, an error it threw, a value that cannot cross
  2  wrong usage: flags, a file that cannot be read, input that is no JSON
  3  a limit was reached: time, memory, size, operations
  4  refused: the trust floor, a policy, beddel.toml or an environment variable
  5  no engine can be used, or it crashed`
}
