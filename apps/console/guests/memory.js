// Grows until something gives. Where a memory limit is stated, only an
// engine that holds one is chosen.
const rows = new Map()
for (let i = 0; ; i++) {
  rows.set(i, { id: i, text: `row ${i}`.repeat(20) })
  if (i % 20_000 === 0) console.log(i, 'rows')
}
