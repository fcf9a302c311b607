// Console output is bounded too: what is beyond `logBytes` is dropped
// and counted.
for (let i = 0; i < 20_000; i++) {
  console.log(`line ${i}`, { noise: '·'.repeat(i % 40) })
}
'said it all'
