/** `eval: false`: the ways from strings to code throw as in vm2. */
export function lockCodegen(): void {
  const refuse = function (): never {
    throw new EvalError('Code generation from strings disallowed for this context')
  }
  const samples = [function () {}, async () => {}, function* () {}, async function* () {}]
  for (const sample of samples) {
    const proto = Object.getPrototypeOf(sample) as object
    const Locked = function (): never {
      return refuse()
    }
    Object.defineProperty(Locked, 'prototype', { value: proto, writable: false })
    Object.defineProperty(proto, 'constructor', { value: Locked, writable: false, enumerable: false, configurable: false })
    if (sample === samples[0]) {
      Object.defineProperty(Locked, 'name', { value: 'Function' })
      set('Function', Locked)
    }
  }
  set('eval', function eval_(): never {
    return refuse()
  })
}

/** `allowAsync: false`: a promise cannot be waited for. The host has refused `async` and `await` in the source. */
export function forbidAsync(): void {
  const refuse = (): never => {
    const error = new Error('Async not available')
    error.name = 'VMError'
    throw error
  }
  for (const name of ['then', 'catch', 'finally']) {
    void Object.defineProperty(Promise.prototype, name, { value: refuse, writable: false, enumerable: false, configurable: false })
  }
}

function set(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true })
}
