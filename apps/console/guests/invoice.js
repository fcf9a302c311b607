// `prices.of` and `notes.add` are functions of the host. The guest calls
// them by name and awaits what they give.
let total = 0
for (const { name, count } of input.items) {
  const price = await prices.of(name)
  total += price * count
  await notes.add(`${count} × ${name} at ${price}`)
}

// An error of the host reaches the guest redacted: it learns that the
// call failed, not why.
try {
  await prices.of('caviar')
} catch ({ name, code, message }) {
  console.warn(name, code, message)
}

return {
  customer: input.customer,
  total: Number(total.toFixed(2)),
  notes: await notes.all(),
}
