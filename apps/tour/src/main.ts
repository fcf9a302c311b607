import { tour } from './tour.ts'

// The tour shows vm2 by consent, and its table says what vm2 does not hold; vm2's own notice would cut the table.
process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'

process.exitCode = await tour()
