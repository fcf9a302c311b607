const { isEmpty } = require('lodash')
const { URL: Parser } = require('url')

const { items } = res.getBody()
bru.setVar(
  'total',
  items.reduce((sum, { price }) => sum + price, 0),
)
bru.setVar('next', new Parser(res.getHeader('location')).pathname)
bru.setVar('last', bru.getVar('page') + 1)
console.info(res.getStatus(), isEmpty(items), require('atob')('b2s='))
