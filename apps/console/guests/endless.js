// Catches what it can, and goes on. A guest has no part in its own end.
console.log('and on and on')
for (;;) {
  try {
    for (let i = 0; ; i++) Math.sqrt(i)
  } catch {
    // A guest cannot catch its deadline.
  }
}
