// A module of the collection, beside its requests.
const CryptoJS = require('crypto-js')
const { join } = require('path')

exports.sign = (text, key) => CryptoJS.HmacSHA256(text, key).toString()
exports.route = (...parts) => join('/', ...parts)
