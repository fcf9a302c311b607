import { startCompiler } from './compiler.js'

startCompiler()
