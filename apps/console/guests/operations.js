// `operations` counts loop turns and function entries: the same code ends at the same point, however fast the machine.
const primes = []
for (let n = 2; ; n++) {
  if (primes.every((p) => n % p !== 0)) primes.push(n)
  if (primes.length % 100 === 0) console.log(primes.length, 'primes up to', n)
}
