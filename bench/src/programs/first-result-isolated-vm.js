import ivm from 'isolated-vm'

const isolate = new ivm.Isolate({ memoryLimit: 128 })
const context = await isolate.createContext()
process.stdout.write(`${await context.eval('2 + 2')}\n`)
isolate.dispose()
