// Bundled by itself and loaded only when a source has an `import` or an `export` in it.
export { MODULE_BODY_SHIFT, moduleAsBody, replaceImports } from '@beddel/source'
