/** Views of objects that the guest may read and not change (`r`), or give anything but functions (`w`). */
export function viewOf(kind: 'r' | 'w'): (value: object) => object {
  const views = new WeakMap<object, object>()
  const isFunction = (value: unknown): boolean => typeof value === 'function'
  const seen = (value: unknown): unknown => (typeof value === 'object' && value !== null ? view(value) : value)
  const refuse = (): boolean => false
  const handler: ProxyHandler<object> =
    kind === 'r'
      ? { set: refuse, defineProperty: refuse, deleteProperty: refuse, setPrototypeOf: refuse, preventExtensions: refuse }
      : {
          set: (target, key, value) => !isFunction(value) && Reflect.set(target, key, value),
          defineProperty: (target, key, found) =>
            !isFunction(found.value) && found.get === undefined && found.set === undefined && Reflect.defineProperty(target, key, found),
          setPrototypeOf: refuse,
        }
  handler.get = (target, key) => seen(Reflect.get(target, key))
  handler.getOwnPropertyDescriptor = (target, key) => {
    const found = Reflect.getOwnPropertyDescriptor(target, key)
    if (found !== undefined && 'value' in found) found.value = seen(found.value)
    return found
  }
  const view = (value: object): object => {
    let made = views.get(value)
    if (made === undefined) {
      made = new Proxy(value, handler)
      views.set(value, made)
      views.set(made, made)
    }
    return made
  }
  return view
}
