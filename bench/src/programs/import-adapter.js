import '@beddel/sandbox-adapter'

process.stdout.write('ready\n')
