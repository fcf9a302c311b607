import { meter, moduleAsBody, sessionScript, stripTypes } from '@beddel/source'
import { startCompiler } from './compiler.js'

startCompiler({ meter, moduleAsBody, sessionScript, stripTypes } as never)
