import type { ContenderModule } from './contender.ts'

// The main program of a contender's process: `contenders/<name>.ts`, driven by messages.
const contender = (await import(`./contenders/${process.argv[2]}.ts`)) as ContenderModule
const operations = await contender.open()

process.on('message', ({ operation, args }: { operation: string; args: number[] }) => {
  const run = operations[operation]
  if (run === undefined) throw new Error(`No operation ${operation}`)
  run(...args).then(
    (number) => process.send?.({ number }),
    (error: Error) => process.send?.({ error: error.stack }),
  )
})
process.on('disconnect', () => process.exit(0))
