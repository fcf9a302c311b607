// Made by scripts/build-page.mjs. Do not edit.
/** quickjs-wasi's version. */
export const VERSION: string = "3.6.2"
