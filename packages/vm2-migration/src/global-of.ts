import type { Link } from './link.js'

/** What `vm.sandbox` is on an engine that shares no objects: each look at it asks the guest. */
export function globalOf(link: Link): object {
  const text = (key: string | symbol): key is string => typeof key === 'string'
  return new Proxy(
    {},
    {
      get: (_, key) => (text(key) ? link.get(key) : undefined),
      set: (_, key, value) => {
        if (text(key)) link.set({ [key]: value })
        return text(key)
      },
      has: (_, key) => text(key) && link.ask('has', key) === true,
      deleteProperty: (_, key) => text(key) && link.ask('drop', key) === true,
      ownKeys: () => link.ask('keys') as string[],
      getOwnPropertyDescriptor: (_, key) =>
        text(key) && link.ask('has', key) === true
          ? { value: link.get(key), writable: true, enumerable: true, configurable: true }
          : undefined,
    },
  )
}
