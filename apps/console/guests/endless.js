// Catches what it can, and goes on. No code of the guest takes part in its own end.
console.log('and on and on')
for (;;) {
  try {
    for (let i = 0; ; i++) Math.sqrt(i)
  } catch {
    // A guest cannot catch its deadline.
  }
}
