/** As `GUEST_BUILTINS` of @beddel/vm2-migration, which is not loaded for a scan; a test holds the two together. */
export const GUEST_BUILTINS: readonly string[] = [
  'assert',
  'buffer',
  'events',
  'path',
  'punycode',
  'querystring',
  'string_decoder',
  'url',
  'util',
]
