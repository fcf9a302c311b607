// Nothing can settle this: no timer and no host call is left. The run
// ends at once, and not at its deadline.
await new Promise(() => {})
