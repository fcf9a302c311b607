// Writes docs/vm2-compatibility.md from the cases of the tests.
import { writeFileSync } from 'node:fs'
import { compatibilityPage } from '../tests/table.ts'

writeFileSync(new URL('../../../docs/vm2-compatibility.md', import.meta.url), compatibilityPage())
