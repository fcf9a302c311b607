/** The command of an OpenSSL 3 or later, where there is one. */
export function findOpenssl(): string | undefined
