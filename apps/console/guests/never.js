// Nothing can settle this: no timer and no host call is left. It need not wait for the deadline to know that.
await new Promise(() => {})
