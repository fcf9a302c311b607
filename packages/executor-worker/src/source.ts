// Bundled by itself and loaded only when a source asks for it: TypeScript, an operation limit, imports, modules.
export * from '@beddel/source'
