// What a guest writes to its console arrives while it runs. `sleep` is a
// function of the host.
const steps = ['read', 'check', 'convert', 'write']
for (const [i, step] of steps.entries()) {
  console.info(`${i + 1}/${steps.length} ${step} …`)
  await sleep(400)
}
console.warn('2 rows were empty')
return 'done'
