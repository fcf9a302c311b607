import { meter, moduleAsBody, replaceImports, sessionScript, stripTypes } from '@beddel/source'
import { startCompiler } from './compiler.js'

startCompiler({ meter, moduleAsBody, replaceImports, sessionScript, stripTypes })
