// Bundled by itself and loaded only when a run brings TypeScript.
export * from '@beddel/source'
