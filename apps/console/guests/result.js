// A result is read inside the sandbox: its getters, proxies and `toJSON`
// run there, under the deadline. What arrives is data.
let asked = 0
const trap = new Proxy(
  {},
  {
    ownKeys: () => ['a', 'b'],
    getOwnPropertyDescriptor: () => ({
      enumerable: true,
      configurable: true,
    }),
    get: (_, key) => `from a trap: ${String(key)}`,
  },
)
// A key of that name stays a key: it reaches no prototype.
const forged = JSON.parse('{ "__proto__": { "admin": true } }')

return {
  get counted() {
    return ++asked
  },
  toJSON: 'is a key like others',
  trap,
  forged,
  isAdmin: forged.admin,
}
