/** `node:diagnostics_channel` is Node's. */
export const publishSelected = (): void => {}
