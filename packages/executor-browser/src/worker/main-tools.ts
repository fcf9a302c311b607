import { meter, moduleAsBody, sessionScript } from '@beddel/source'
import { startCompiler } from './compiler.js'

startCompiler({ meter, moduleAsBody, sessionScript } as never)
