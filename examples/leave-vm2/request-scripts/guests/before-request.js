// What a user writes for a request of a collection; it runs before the request is sent.
const _ = require('lodash')
const moment = require('moment')
const { sign, route } = require('./lib/sign')

const order = req.getBody()
req.setMethod(_.upperCase(req.getMethod()))
req.setUrl(`https://api.example${route('v1', '..', 'v2', 'orders')}?for=${encodeURIComponent(bru.getEnvVar('customer'))}`)
req.setHeader('x-signature', sign(JSON.stringify(order), bru.getProcessEnv('KEY')))
req.setBody({ ...order, lines: _.orderBy(order.lines, ['price'], ['desc']).filter((line) => line.count > 0) })
req.setTimeout(2_000)

bru.setEnvVar('token', _.camelCase('the token of today'))
bru.setEnvVar('not-there', 'is not set')
bru.setVar(
  'skus',
  _.chain(order.lines)
    .groupBy((line) => (line.price > 50 ? 'dear' : 'cheap'))
    .mapValues((lines) => lines.map(({ sku }) => sku))
    .value(),
)
bru.setVar('until', moment.utc('2020-02-28').add(1, 'day').format('dddd, YYYY-MM-DD'))
await new Promise((done) => setTimeout(done, 5))
console.log('signed', order.lines.length, { header: req.getHeader('x-signature').length })
