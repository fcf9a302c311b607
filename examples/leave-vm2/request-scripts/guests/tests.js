test('the status is what it has to be', () => {
  expect(res.getStatus()).to.equal(200)
  expect(res.status).to.be.within(200, 299)
})
test('the items are whole', () => {
  const { items } = res.getBody()
  expect(items).to.be.an('array').that.has.lengthOf(2)
  expect(items.map(({ sku }) => sku)).to.deep.equal(['a-1', 'b-7'])
  assert.isAbove(items[1].price, 50)
})
test('this one fails, and says why', () => {
  expect(res.getBody().items[0].price).to.equal(10)
})
test('this one too', () => {
  expect({ a: [1, 2] }).to.deep.include({ a: [1, 3] })
})
test('and this one by mistake', () => {
  res.getBody().nothing.there
})
await test('one that waits', async () => {
  await new Promise((done) => setTimeout(done, 5))
  expect(await Promise.resolve(res.getHeader('location'))).to.match(/^https:/)
})
bru.setVar('tested', true)
