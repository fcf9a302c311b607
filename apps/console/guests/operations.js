// `operations` counts loop turns and function entries: however fast the
// machine, the same code on the same engine ends at the same point.
const primes = []
for (let n = 2; ; n++) {
  if (primes.every((p) => n % p !== 0)) primes.push(n)
  if (n % 1_000 === 0) console.log(primes.length, 'primes up to', n)
}
