import { meter, moduleAsBody, replaceImports, sessionScript } from '@beddel/source'
import { startCompiler } from './compiler.js'

startCompiler({ meter, moduleAsBody, replaceImports, sessionScript })
