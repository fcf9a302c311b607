// Made by scripts/build-workers.mjs. Do not edit.
/** What `@beddel/source` says, without loading it: it brings a parser. */
export const MODULE_BODY_SHIFT = 34
