// Bundled by itself and loaded only when a run asks for TypeScript or for an operation limit.
export * from '@beddel/source'
