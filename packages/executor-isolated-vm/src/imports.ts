// Bundled by itself, without what TypeScript needs, and loaded only for sources with imports, modules and session scripts.
export { declaresNames, keepThrown, MODULE_BODY_SHIFT, moduleAsBody, replaceImports } from '@beddel/source'
