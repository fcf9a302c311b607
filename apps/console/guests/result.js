// A result is read inside the sandbox: its getters, proxies and `toJSON` run there, under the deadline.
let asked = 0
const trap = new Proxy({}, {
  ownKeys: () => ['a', 'b'],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 'from a trap' }),
  get: (_, key) => `from a trap: ${String(key)}`,
})
const forged = JSON.parse('{ "__proto__": { "admin": true }, "constructor": 1 }')
console.log('keys of the forged object:', Object.keys(forged))
return {
  get counted() {
    return ++asked
  },
  toJSON: 'is data here',
  trap,
  forged,
  callback: () => 'a function does not cross',
}
