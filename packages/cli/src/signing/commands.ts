import { type Command, Option } from 'commander'
import type { GenerateFlags, RegistryFlags, RequireFlags, ShowFlags, WindowFlags } from '../commands/keys.js'
import type { SignFlags } from '../commands/sign.js'
import type { VerifyFlags } from '../commands/verify.js'

type Go = (command: () => Promise<number>) => Promise<void>

const JSON_FLAG = ['--json', 'print it as JSON'] as const
const REGISTRY = ['--registry <file>', 'the registry of signers'] as const
const keys = () => import('../commands/keys.js')

/** The commands of code signing. They need @beddel/threat-detector, which each loads when it is used. */
export function addSigningCommands(program: Command, go: Go, whole: (text: string) => number): void {
  program
    .command('sign')
    .description('Sign a file; the signature goes into <file>.sig.json, beside those of others. Needs @beddel/threat-detector.')
    .argument('<file>', 'the code; - reads it from stdin')
    .requiredOption('--key <file>', 'the private key: PEM, JWK or raw; - reads it from stdin')
    .option('--out <file>', 'the file of signatures')
    .option('--effect <id>', 'the effect that the code is signed as')
    .option('--effect-version <version>', 'its version')
    .option('--not-before <time>', 'when the signature begins to count, as 2027-01-31 or 2027-01-31T12:00:00Z')
    .option('--not-after <time>', 'when it ends to count')
    .option(...JSON_FLAG)
    .action((file: string, flags: SignFlags) => go(async () => (await import('../commands/sign.js')).sign(file, flags)))

  program
    .command('verify')
    .description('Verify the signatures of a file. Needs @beddel/threat-detector.')
    .argument('<file>', 'the code; - reads it from stdin')
    .option('--signatures <file>', 'the file of signatures (default <file>.sig.json)')
    .option(...REGISTRY)
    .option('--require <who>', 'a number of signers, or the name of a requirement of the registry (default 1)')
    .option('--public-key <file>', 'in the place of a registry: the one key that must have signed')
    .option('--effect <id>', 'the effect that it must be signed as')
    .option('--effect-version <version>', 'the version that it must be signed as')
    .option('--at <time>', 'judge by this time and not by now')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      '\nExit codes: 0 enough signatures hold, 1 they do not, 2 wrong usage, or a file, key or registry that cannot be read',
    )
    .action((file: string, flags: VerifyFlags) => go(async () => (await import('../commands/verify.js')).verify(file, flags)))

  addKeyCommands(
    program.command('keys').description('Make keys, and say whose signatures count. Needs @beddel/threat-detector.'),
    go,
    whole,
  )
}

function addKeyCommands(command: Command, go: Go, whole: (text: string) => number): void {
  const format = (...formats: string[]) => new Option('--format <format>', 'how a key is written').choices(formats).default('pem')
  command
    .command('generate')
    .description('Make a key. The private half is written for your eyes only (mode 0600) and is not printed.')
    .option('--out <file>', 'where the private key goes; must not be there yet')
    .option('--public <file>', 'where the public key goes (default: the private one’s name and .pub)')
    .option('--print', 'print the private key in the place of writing it')
    .addOption(format('pem', 'jwk'))
    .option(...JSON_FLAG)
    .action((flags: GenerateFlags) => go(async () => (await keys()).generate(flags)))
  command
    .command('show')
    .description('Print the id and the public half of a key.')
    .argument('<file>', 'a private or a public key; - reads it from stdin')
    .option('--private', 'print the private half too')
    .addOption(format('pem', 'raw', 'jwk'))
    .option(...JSON_FLAG)
    .action((file: string, flags: ShowFlags) => go(async () => (await keys()).show(file, flags)))
  command
    .command('list')
    .description('Print who is in a registry, with keys, times, revocations and requirements.')
    .requiredOption(...REGISTRY)
    .option(...JSON_FLAG)
    .action((flags: RegistryFlags) => go(async () => (await keys()).list(flags)))
  command
    .command('add')
    .description('Take a signer into a registry, which is begun where there is none.')
    .argument('<name>', 'letters, digits and ._@+-')
    .argument('<file>', 'the public key')
    .requiredOption(...REGISTRY)
    .option('--not-before <time>', 'when the key’s signatures begin to count')
    .option('--not-after <time>', 'when they end to count')
    .option(...JSON_FLAG)
    .action((name: string, file: string, flags: WindowFlags) => go(async () => (await keys()).add(name, file, flags)))
  command
    .command('rotate')
    .description('Give a signer another key.')
    .argument('<name>')
    .argument('<file>', 'the new public key')
    .requiredOption(...REGISTRY)
    .option('--old-not-after <time>', 'when what the old key has signed ends to count (default: now)')
    .option('--not-before <time>', 'when the new key’s signatures begin to count')
    .option('--not-after <time>', 'when they end to count')
    .option(...JSON_FLAG)
    .action((name: string, file: string, flags: WindowFlags) => go(async () => (await keys()).rotate(name, file, flags)))
  command
    .command('revoke')
    .description('End a signer, or one key by its id. It cannot be taken back.')
    .argument('<name-or-key-id>')
    .requiredOption(...REGISTRY)
    .requiredOption('--reason <text>', 'why, for whoever is refused')
    .option('--at <time>', 'from when on (default: now)')
    .option(...JSON_FLAG)
    .action((name: string, flags: RegistryFlags & { reason: string; at?: string }) => go(async () => (await keys()).revoke(name, flags)))
  command
    .command('require')
    .description('Keep under a name how many of which signers must have signed.')
    .argument('<name>')
    .requiredOption(...REGISTRY)
    .option('--threshold <number>', 'so many different signers', whole)
    .option('--signers <names...>', 'the names that count (default: everybody in the registry)')
    .option('--remove', 'take the requirement away')
    .option(...JSON_FLAG)
    .action((name: string, flags: RequireFlags) => go(async () => (await keys()).requireSigners(name, flags)))
}
