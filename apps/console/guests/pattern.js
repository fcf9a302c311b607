// A regular expression that takes exponential time, inside one call that
// no loop counter sees.
const text = `${'a'.repeat(60)}!`
return /^(a+)+$/.test(text)
